"""What people do in their windows: with the mouse, or with the keyboard alone."""

import re

from playwright.sync_api import Page, expect

from exam_engine.registration.service import Admission
from tests.browser.chromium import Window
from tests.browser.house import Exam
from tests.cast import PASSWORD
from web import i18n

MOST_TABS = 80


class Reader:
    """Somebody at a window who reads one language."""

    def __init__(self, window: Window, lang: str = "id") -> None:
        self.window = window
        self.page: Page = window.page
        self._texts = i18n.translations(lang)

    def words(self, indonesian: str) -> str:
        """How a text of the interface reads to this person."""
        return self._texts.gettext(indonesian)

    def click(self, name: str, role: str = "button") -> None:
        """Click what bears this name."""
        found = self.page.get_by_role(role, name=self.words(name), exact=True)  # type: ignore[arg-type]  # a role's name
        found.first.click()

    def expect_title(self, text: str) -> None:
        """The page's main heading is this."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.words(text))


class Staff(Reader):
    """A member of staff."""

    def sign_in(self, username: str) -> None:
        self.page.goto("/masuk")
        self.page.locator("#username").fill(username)
        self.page.locator("#password").fill(PASSWORD)
        self.click("Masuk")
        self.page.wait_for_url("**/staf")

    def go(self, menu: str) -> None:
        """Follow the menu beside every page."""
        menu_link = self.page.locator(".sidenav").get_by_role(
            "link", name=self.words(menu), exact=True
        )
        menu_link.click()

    def agree(self) -> None:
        """Say yes in the page's own dialog."""
        self.page.locator("#confirm").get_by_role(
            "button", name=self.words("Ya, lanjutkan")
        ).click()


class Candidate(Reader):
    """A candidate at a PC."""

    def __init__(self, window: Window, exam: Exam, number: int = 0, lang: str = "id") -> None:
        super().__init__(window, lang)
        self.exam = exam
        self.card: Admission = exam.cards[number]

    def fields(self) -> dict[str, str]:
        """What the sign-in form asks for."""
        return {
            "candidate_no": self.card.candidate_no,
            "registration_pin": self.card.registration_pin,
            "session_pin": self.exam.session_pin,
        }

    def sign_in(self) -> None:
        self.page.goto("/ujian")
        for name, value in self.fields().items():
            self.page.locator(f"#{name}").fill(value)
        self.click("Masuk")
        self.page.wait_for_url("**/ujian/mulai")

    def start(self) -> None:
        """Agree to the rules and start, or go on."""
        self.page.get_by_role("checkbox", name=self.words(
            "Data saya benar. Saya telah membaca tata tertib dan akan mematuhinya."
        )).check()  # fmt: skip
        self.page.locator("main form button").click()
        self.page.wait_for_url("**/ujian/soal/1")

    def choose(self, letter: str) -> None:
        self.page.locator(f".option:has([data-letter={letter}])").click()

    def choose_another(self) -> None:
        """Change the answer: choosing what is chosen already would send nothing."""
        letters = self.page.locator(".option__letter").all_inner_texts()
        self.choose(next(letter for letter in letters if letter != self.chosen()))

    def next(self) -> None:
        """Save and go on; the last item leads to the review."""
        self.page.locator(".exam-actions__next button").click()

    def flag(self) -> None:
        self.page.locator(".flag").click()

    def finish(self) -> None:
        """Confirm on the review page and submit."""
        self.page.locator("label:has(#confirm)").click()
        self.click("Kirim dan akhiri ujian")

    def best(self) -> str:
        """The letter of the option that the small bank marks as best."""
        texts = self.page.locator(".option__text").all_inner_texts()
        letters = self.page.locator(".option__letter").all_inner_texts()
        marked = dict(zip(letters, texts, strict=True))
        return max(marked, key=lambda k: ("benar" in marked[k], marked[k].rsplit(" ", 1)[-1]))

    def chosen(self) -> str | None:
        """The letter that is chosen now."""
        found = self.page.locator("[name=choice]:checked")
        return found.get_attribute("data-letter") if found.count() else None

    def expect_saved(self) -> None:
        """The page says at which second the answer was saved, with its receipt."""
        expect(self.page.locator("[data-save][data-state=saved]")).to_be_visible()
        saved = self.words("Tersimpan %(time)s") % {"time": r"\d\d[.:]\d\d[.:]\d\d"}
        expect(self.page.locator("[data-save-text]")).to_have_text(re.compile(saved))


class Typist(Candidate):
    """A candidate without a mouse: every deed is a key."""

    def tab_to(self, selector: str) -> None:
        """Press Tab until the wanted element has the focus."""
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"not reachable by Tab: {selector}")

    def sign_in(self) -> None:
        self.page.goto("/ujian")
        for name, value in self.fields().items():
            self.tab_to(f"#{name}")
            self.page.keyboard.type(value)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/ujian/mulai")

    def start(self) -> None:
        self.tab_to("[name=agree]")
        self.page.keyboard.press("Space")
        self.tab_to("main form button")
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/ujian/soal/1")

    def choose(self, letter: str) -> None:
        self.page.keyboard.press(letter.lower())

    def next(self) -> None:
        self.page.keyboard.press("n")

    def flag(self) -> None:
        self.page.keyboard.press("f")

    def finish(self) -> None:
        self.tab_to("#confirm")
        self.page.keyboard.press("Space")
        self.tab_to("main form button")
        self.page.keyboard.press("Enter")
