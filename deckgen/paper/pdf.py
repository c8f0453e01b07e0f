"""Pages into PDF: the only module that knows WeasyPrint, and imports it when it is asked for.

It is chosen over a browser's printing because it needs none: it is a library of some megabytes,
numbers pages and names chapters as CSS says, and writes the same bytes for the same page and fonts.
"""

from collections.abc import Callable

from deckgen.diagnostics import Unusable


def pdf_writer() -> Callable[[bytes], bytes]:
    """Give what makes a PDF of a page. Raises Unusable where it is not installed."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except ImportError as error:
        raise Unusable("a PDF needs WeasyPrint, which is not installed: pip install 'deckgen[pdf]'. "
                       "Without --pdf you get a page that any browser prints, also to PDF") from error
    except OSError as error:
        raise Unusable("a PDF needs the library Pango, which is not on this machine: on Debian and "
                       "Ubuntu, apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0. "
                       "Without --pdf you get a page that any browser prints, also to PDF") from error

    def write(html: bytes) -> bytes:
        # Pictures are inside the page, and nothing else is fetched.
        page = HTML(string=html.decode(), url_fetcher=URLFetcher(allowed_protocols={"data"}))
        # It writes no time and no number of its own into the file; so the same page gives the same.
        made: bytes = page.write_pdf()
        return made

    return write
