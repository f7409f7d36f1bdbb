"""The website as readers have it, in a real browser: every kind of page, narrow and wide, light and dark, in both languages.

Usage: browser.py HOST:PORT RELEASE [--screenshots FOLDER] [--measure]

The browser is Debian's chromium, the rules of accessibility are axe-core's: scripts/setup-browser installs both.
"""
import argparse
import base64
import collections
import contextlib
import json
import os
import pathlib
import shutil
import time
import urllib.parse

import requests
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from served_release import base, folder, tables, wait
from website_pages import Website

here = pathlib.Path(__file__).resolve().parent
axe_file = here.parent.parent / ".deps/axe/axe.min.js"
page_checks = (here / "page_checks.js").read_text(encoding="utf-8")
levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
of_colour = ["color-contrast", "link-in-text-block"]
# What the developer tools of Chromium call "Fast 3G": 1.6 Mbit/s down and 0.75 Mbit/s up at nine tenths, and 562.5 ms.
fast_3g = {
    "offline": False, "latency": 562.5, "downloadThroughput": 1_600_000 / 8 * 0.9, "uploadThroughput": 750_000 / 8 * 0.9}


class Browser:
    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for argument in (
            "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run",
            "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
        ):
            options.add_argument(argument)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")  # chromium has none for root
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        options.add_experimental_option("perfLoggingPrefs", {"enableNetwork": True, "enablePage": False})
        service = webdriver.ChromeService(shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)
        self.findings = collections.defaultdict(dict)
        self.view = ""

    def say(self, finding, place=None, element=""):
        self.findings[finding].setdefault(place or self.view, element)

    def command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def show(self, page, width=1280, scheme="light", media="", height=900):
        """Changes how the page is shown; it loads no page."""
        self.view = f"{page.address} ({', '.join(str(one) for one in (width, scheme, media) if one)})"
        self.command("Emulation.setEmulatedMedia", media=media, features=[
            {"name": "prefers-color-scheme", "value": scheme.removeprefix("forced ")},
            {"name": "forced-colors", "value": "active" if scheme.startswith("forced ") else "none"},
            {"name": "prefers-reduced-motion", "value": "reduce"}])
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def open(self, page, may_fail=False):
        """Loads a page; whatever it asks for comes from the server itself, and nothing goes wrong."""
        self.driver.get(base + page.address)
        for entry in self.driver.get_log("browser"):
            if not (may_fail and "404" in entry["message"]):
                self.say(f"the console says: {entry['message'].replace(base, '')}")
        for event in self.events():
            if event["method"] == "Network.requestWillBeSent":
                address = event["params"]["request"]["url"]
                if not address.startswith(base + "/"):
                    self.say(f"the page asks for {address}")
            elif event["method"] == "Network.responseReceivedExtraInfo":
                if "set-cookie" in {key.lower() for key in event["params"]["headers"]}:
                    self.say("the server sets a cookie")

    def events(self):
        """What the network did since it was last asked."""
        return [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]

    def check(self, *names):
        for name in names:
            for finding, element in self.driver.execute_script(page_checks, name):
                self.say(finding, element=element)

    def check_with_axe(self, only=None):
        if not self.driver.execute_script("return 'axe' in window"):
            self.driver.execute_script(axe_file.read_text(encoding="utf-8"))
        options = {
            "runOnly": {"type": "rule", "values": only} if only else {"type": "tag", "values": levels},
            "resultTypes": ["violations"], "preload": False, "iframes": False,
        }
        if not only:
            options["rules"] = {"target-size": {"enabled": True}}
        result = self.driver.execute_async_script(
            "const tell = arguments[1]; axe.run(document, arguments[0]).then(tell, error => tell({error: String(error)}))", options)
        assert "violations" in result, result
        for violation in result["violations"]:
            for node in violation["nodes"]:
                self.say(f"axe, {violation['id']}: {violation['help']}", element=" ".join(node["target"]))

    def press(self, key):
        code, text = {"Tab": (9, ""), "Enter": (13, "\r")}[key]
        pressed = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.command("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **pressed)
        self.command("Input.dispatchKeyEvent", type="keyUp", **pressed)

    def picture(self, path):
        size = self.command("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 12_000), "scale": 1}
        image = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(image["data"]))

    @contextlib.contextmanager
    def changed(self, style):
        """Adds a rule to the style sheet, as a reader's own settings would."""
        self.driver.execute_script(
            "const sheet = document.styleSheets[0]; sheet.insertRule(arguments[0], sheet.cssRules.length)", style)
        yield
        self.driver.execute_script("const sheet = document.styleSheets[0]; sheet.deleteRule(sheet.cssRules.length - 1)")


def check_everything(browser, page, pictures, may_fail=False):
    """One of each kind of page: all that can be seen of it."""

    def picture(end):
        if pictures:
            browser.picture(pictures / f"{file_name(page)}.{end}.png")

    browser.show(page)
    browser.open(page, may_fail)
    browser.check("quiet", "targets", "drawings")
    browser.check_with_axe()
    picture("1280.light")
    browser.press("Tab")
    browser.check("focus")
    for width, scheme in ((1280, "dark"), (320, "dark"), (320, "light")):
        browser.show(page, width, scheme)
        browser.check("drawings")
        if scheme == "dark":
            browser.check_with_axe(of_colour)
            browser.press("Tab")
            browser.check("focus")
        else:
            browser.check("overflow", "targets", "newest")
            browser.check_with_axe()
        picture(f"{width}.{scheme}")
    browser.show(page, scheme="forced dark")
    browser.check("forced")
    picture("forced")
    browser.show(page)
    browser.view = f"{page.address} (text twice as large)"
    with browser.changed("html { font-size: 200% !important }"):
        browser.check("overflow", "clipped", "overlaps")
        picture("large-text")
    browser.view = f"{page.address} (text with more space)"
    with browser.changed("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"):
        browser.check("overflow", "clipped", "overlaps")
    browser.show(page, 718, media="print")  # a sheet of A4 without its margins
    browser.check("printed", "overflow")
    picture("print")
    browser.show(page)


def check_table(browser, page):
    browser.show(page, 320)
    browser.open(page)
    browser.check("quiet", "overflow", "targets", "drawings", "newest")
    if page.language == "nl":
        browser.check_with_axe()
    browser.show(page)
    browser.check("drawings")


def check_keyboard(browser, page):
    """The skip link comes first, leads to the content, and Tab goes through the page in the order in which it is read."""
    browser.show(page)
    browser.open(page)
    active = "const active = document.activeElement; return "
    browser.press("Tab")
    if not browser.driver.execute_script(active + "active.matches('a[href^=\"#\"]')"):
        browser.say("the first Tab does not reach a link that skips the navigation")
        return
    if not browser.driver.execute_script(
            active + "(({top, left, height}) => top >= 0 && left >= 0 && height >= 24)(active.getBoundingClientRect())"):
        browser.say("the link that skips the navigation cannot be seen")
    browser.press("Enter")
    browser.press("Tab")
    if not browser.driver.execute_script(active + "active.closest('main') !== null"):
        browser.say("after the link that skips the navigation, Tab does not go on inside the content")
    browser.open(page)
    stops = browser.driver.execute_script(page_checks, "stops")
    places = []
    for _ in range(stops):
        browser.press("Tab")
        places.append(browser.driver.execute_script(page_checks, "place"))
    if places != list(range(stops)):
        browser.say("Tab does not go through the whole page in its order")


def check_choice(browser, page):
    """A choice made without a mouse leads to an address that gives the same again."""
    browser.show(page)
    browser.open(page)
    [heading] = browser.driver.find_elements(By.CSS_SELECTOR, "h1")
    title = heading.text
    choice = Select(browser.driver.find_elements(By.CSS_SELECTOR, "main select")[-1])
    choice.select_by_index(len(choice.options) - 1)
    value = choice.first_selected_option.get_attribute("value")
    button = browser.driver.find_element(By.CSS_SELECTOR, "main form button")
    browser.driver.execute_script("arguments[0].focus()", button)
    browser.press("Enter")
    for _ in range(100):
        if "?" in browser.driver.current_url:
            break
        time.sleep(0.02)
    else:
        browser.say("Enter on the button of the form does nothing")
        return
    [heading] = browser.driver.find_elements(By.CSS_SELECTOR, "h1")
    chosen = Select(browser.driver.find_elements(By.CSS_SELECTOR, "main select")[-1]).first_selected_option
    if heading.text != title or chosen.get_attribute("value") != value:
        browser.say("the page after a choice does not show the choice")
    browser.check_with_axe()


def check_map(browser, site):
    for finding in site.findings:
        browser.say(finding, "links")
    slugs = {}
    for table in tables:
        description = json.loads(pathlib.Path(folder, "tables", f"{table}.json").read_text(encoding="utf-8"))["description"]
        slugs[table] = description["slug"]
    for prefix in ("", "/en"):
        for table, slug in slugs.items():
            page = site.pages.get(f"{prefix}/tabellen/{slug}")
            # The English front page is one click from the Dutch one.
            if page is None or page.clicks > (4 if prefix else 3):
                browser.say(f"table {table} is {page.clicks if page else 'more'} clicks away", prefix + "/")
    titles = collections.defaultdict(list)
    for page in site.pages.values():
        titles[page.language, page.markup.title].append(page.address)
        if not page.markup.language == page.header_language == page.language:
            browser.say("the page does not say its language", page.address)
        itself = urllib.parse.urlsplit(page.markup.twins.get(page.language, "")).path
        if not {"nl", "en"} <= set(page.markup.twins) or itself != page.address.partition("?")[0]:
            browser.say("the page does not name itself and its twin in the other language", page.address)
    for (_, title), addresses in titles.items():
        if len({address.partition("?")[0] for address in addresses}) > 1:
            browser.say("pages have the same title", ", ".join(addresses[:3]), f"“{title}”")
    return {f"{prefix}/tabellen/{slug}" for prefix in ("", "/en") for slug in slugs.values()}


def file_name(page):
    return page.address.strip("/").replace("/", "-").replace("?", "-") or "front"


def measure(browser, page):
    """How soon the largest part of a page is there on a slow connection with an empty cache, and how much is sent."""
    browser.driver.get("about:blank")
    browser.show(page, 320)
    browser.command("Network.enable")
    browser.command("Network.setCacheDisabled", cacheDisabled=True)
    browser.command("Network.emulateNetworkConditions", **fast_3g)
    browser.driver.get_log("performance")
    browser.driver.get(base + page.address)
    paint, shift = browser.driver.execute_async_script("""
        const tell = arguments[0]
        let paint = 0, shift = 0
        new PerformanceObserver(list => { for (const one of list.getEntries()) paint = one.startTime })
          .observe({ type: "largest-contentful-paint", buffered: true })
        new PerformanceObserver(list => { for (const one of list.getEntries()) shift += one.value })
          .observe({ type: "layout-shift", buffered: true })
        setTimeout(() => tell([paint, shift]), 300)""")
    sent = sum(event["params"]["encodedDataLength"] for event in browser.events() if event["method"] == "Network.loadingFinished")
    browser.command("Network.emulateNetworkConditions", offline=False, latency=0, downloadThroughput=-1, uploadThroughput=-1)
    browser.command("Network.setCacheDisabled", cacheDisabled=False)
    answer = requests.get(base + page.address, headers={"Accept-Encoding": "gzip"}, stream=True)
    coding = answer.headers.get("Content-Encoding", "no compression")
    print(f"{page.address}: largest contentful paint {paint:.0f} ms, layout shift {shift:.3f}, {sent} bytes with style and icon;"
          f" the page {len(answer.raw.read())} bytes with {coding}, {page.size} as text")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("server")
    parser.add_argument("release")
    parser.add_argument("--screenshots", type=pathlib.Path)
    parser.add_argument("--measure", action="store_true")
    options = parser.parse_args()
    if not (axe_file.is_file() and shutil.which("chromium") and shutil.which("chromedriver")):
        raise SystemExit("the browser is not installed: scripts/setup-browser")
    if options.screenshots:
        options.screenshots.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    wait()
    site = Website(base)
    browser = Browser()
    try:
        figures = check_map(browser, site)
        kinds = collections.defaultdict(list)
        for page in site.pages.values():
            kinds[page.language, page.type].append(page)
        # The heaviest page of a kind has most that can go wrong.
        chosen = [
            max(pages, key=lambda page: page.size) for (language, kind), pages in kinds.items()
            # An earlier release is the same site: one page of it shows how it differs.
            if not kind.startswith("/uitgaven/*/") or (language, kind) == ("nl", "/uitgaven/*/tabellen/*")
        ]
        for page in chosen:
            check_everything(browser, page, options.screenshots)
        for language in ("nl", "en"):
            check_everything(browser, site.missing_page(language), options.screenshots, may_fail=True)
        for address in sorted(figures & set(site.pages)):
            check_table(browser, site.pages[address])
        heaviest = max((site.pages[address] for address in figures & set(site.pages)), key=lambda page: page.size)
        for page in (site.pages["/"], heaviest):
            check_keyboard(browser, page)
        check_choice(browser, heaviest)
        if browser.command("Network.getAllCookies")["cookies"]:
            browser.say("the browser has cookies", "at the end")
        if options.measure:
            print(f"connection: {fast_3g}")
            for page in (site.pages["/"], heaviest):
                measure(browser, page)
    finally:
        browser.driver.quit()
    for finding, places in sorted(browser.findings.items(), key=lambda one: -len(one[1])):
        print(f"{finding}: in {len(places)} places")
        for place, element in list(places.items())[:5]:
            print(f"    {place} {element}")
    print(f"{len(site.pages)} pages, {len(kinds)} kinds, {len(tables)} tables in {time.monotonic() - start:.0f} s")
    raise SystemExit(1 if browser.findings else 0)


if __name__ == "__main__":
    main()
