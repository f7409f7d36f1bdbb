"""The pages of a website, as its own links lead to them from the front page."""
import concurrent.futures
import dataclasses
import html.parser
import urllib.parse

import requests


class Markup(html.parser.HTMLParser):
    """What the checks want to know of a page without a browser."""

    def __init__(self, text):
        super().__init__()
        self.links, self.files, self.anchors, self.twins = [], [], set(), {}
        self.language = self.title = ""
        self._in_title = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if "id" in given:
            self.anchors.add(given["id"])
        if tag == "html":
            self.language = given.get("lang", "")
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and "hreflang" in given:
            self.twins[given["hreflang"]] = given["href"]
        elif tag == "link" and given.get("rel") != "canonical" and "href" in given:
            self.files.append(given["href"])
        elif tag == "img" and "src" in given:
            self.files.append(given["src"])
        self._in_title = self._in_title or tag == "title" and not self.title

    def handle_endtag(self, tag):
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data):
        if self._in_title:
            self.title += data


@dataclasses.dataclass
class Page:
    address: str
    clicks: int
    size: int
    header_language: str
    markup: Markup

    @property
    def parts(self):
        """Those of the address without its query, and without the name of an earlier release before them."""
        parts = [part for part in self.address.partition("?")[0].split("/") if part]
        return parts[2:] if self.is_earlier else parts

    @property
    def is_earlier(self):
        return self.address.startswith("/uitgaven/")

    @property
    def language(self):
        return "en" if self.parts[:1] == ["en"] else "nl"

    @property
    def type(self):
        """The address without language and without the names in it: /tabellen/*."""
        query = self.address.partition("?")[2]
        parts = self.parts[1:] if self.parts[:1] == ["en"] else self.parts
        # Below a name stand words that are the same for all: /tabellen/*/gegevens.
        kind = "/" + "/".join(part if place in (0, 2) and parts[0] == "tabellen" or place == 0 else "*" for place, part in enumerate(parts))
        return ("/uitgaven/*" if self.is_earlier else "") + kind + ("?" if query else "")


class Website:
    """Follows every link; `pages` by address, with the fewest clicks from the front page."""

    def __init__(self, base):
        self.base, self.pages, self.findings = base, {}, []
        self._session = requests.Session()
        self._session.mount(base, requests.adapters.HTTPAdapter(pool_maxsize=8))
        self._files, asked, level = {}, {"/"}, ["/"]
        with concurrent.futures.ThreadPoolExecutor(8) as workers:
            clicks = 0
            while level:
                pages = [page for page in workers.map(lambda one: self._read(one, clicks), level) if page]
                self.pages |= {page.address: page for page in pages}
                level = []
                for page in pages:
                    for target in self._own(page, page.markup.links + list(page.markup.twins.values())):
                        # A choice on a page that is itself a choice is one of very many.
                        # An earlier release is the same site once more: of it what a page leads to.
                        if target not in asked and not ("?" in target and "?" in page.address) and not (
                                page.is_earlier and "/begrippen/" in target or page.is_earlier and "?" in target):
                            asked.add(target)
                            level.append(target)
                clicks += 1
            files = {target for page in self.pages.values() for target in self._own(page, page.markup.files)}
            list(workers.map(self._ask, sorted(files - asked)))
        self._check_anchors()
        if self._session.cookies:
            self.findings.append("the server sets a cookie")

    def _own(self, page, links):
        """The addresses on this server, without fragments."""
        for link in links:
            full = urllib.parse.urljoin(self.base + page.address, link)
            if full.startswith(self.base + "/"):
                yield urllib.parse.urldefrag(full).url[len(self.base):]

    def _ask(self, address, method="HEAD"):
        answer = self._session.request(method, self.base + address, allow_redirects=True, timeout=30)
        if answer.status_code != 200:
            self.findings.append(f"{address}: a link leads here, the answer is {answer.status_code}")
            return None
        return answer

    def _read(self, address, clicks):
        kind = self._ask(address)
        if kind is None or not kind.headers.get("Content-Type", "").startswith("text/html"):
            return None
        answer = self._ask(address, "GET")
        return answer and Page(
            address, clicks, len(answer.content), answer.headers.get("Content-Language", ""), Markup(answer.text))

    def _check_anchors(self):
        for page in self.pages.values():
            for link in page.markup.links:
                full, anchor = urllib.parse.urldefrag(urllib.parse.urljoin(self.base + page.address, link))
                target = self.pages.get(full[len(self.base):]) if full.startswith(self.base) else None
                if anchor and target and urllib.parse.unquote(anchor) not in target.markup.anchors:
                    self.findings.append(f"{page.address}: nothing has the name #{anchor} on {target.address}")

    def missing_page(self, language):
        """A page for an address that leads nowhere."""
        address = ("/en" if language == "en" else "") + "/tabellen/bestaat-niet"
        answer = self._session.get(self.base + address, timeout=30)
        assert answer.status_code == 404, (address, answer.status_code)
        return Page(address, 1, len(answer.content), answer.headers.get("Content-Language", ""), Markup(answer.text))
