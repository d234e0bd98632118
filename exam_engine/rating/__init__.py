"""People's ratings of answers that the engine cannot mark: the queue, the ratings, who may."""
