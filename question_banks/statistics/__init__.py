"""Item statistics: classical test theory and Rasch figures over a response matrix. All pure."""
