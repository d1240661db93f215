"""The HTML report in a real browser: no console errors, no network, filters, the violating member on the screen."""

import shutil
import time

import pytest

from contracts.report import html
from tests.report.hostile import HOSTILE

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs chromium and chromium-driver (apt-get install)"
)
OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
)


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for option in OPTIONS.split():
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def page(browser, tmp_path):
    file = tmp_path / "report.html"
    file.write_bytes(html.render(HOSTILE))
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(file.as_uri())
    return browser


def visible(page, css):
    return [one for one in page.find_elements("css selector", css) if one.is_displayed()]


def test_opens_without_console_errors_or_network_requests(page):
    assert page.get_log("browser") == []
    asked = [entry["message"] for entry in page.get_log("performance") if "requestWillBeSent" in entry["message"]]
    assert len(asked) >= 1
    assert not any('"url":"http' in message for message in asked)
    assert page.execute_script("return window.evil") is None


def test_filters_by_outcome_level_and_text(page):
    everything = len(visible(page, ".clause"))
    box = page.find_element("css selector", "input[value=pass]")
    page.execute_script("arguments[0].click()", box)
    assert len(visible(page, ".clause")) == everything - 1
    page.execute_script("arguments[0].click()", box)
    page.execute_script("arguments[0].click()", page.find_element("css selector", "input[value=SHOULD]"))
    assert [one.get_attribute("data-level") for one in visible(page, ".finding")] == ["MUST"]
    page.find_element("css selector", "body").send_keys("/")
    page.switch_to.active_element.send_keys("echo.strings")
    assert len(visible(page, ".clause")) == 1
    assert page.find_element("css selector", ".count").text == "1 of 4 clauses"
    page.switch_to.active_element.send_keys("\ue00c")
    assert len(visible(page, ".clause")) == everything


@pytest.mark.parametrize("width", [390, 1280])
def test_the_violating_member_is_on_the_screen(page, width):
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    page.find_element("css selector", "body").send_keys("j")
    time.sleep(0.1)
    mark = page.find_element("css selector", "#finding-1 mark")
    page.execute_script("arguments[0].scrollIntoView({block: 'center'})", mark)
    assert mark.text.startswith('"average_amount": 4612.50')
    inside = """const m = arguments[0].getBoundingClientRect();
                const top = document.elementFromPoint(m.left + 2, m.top + m.height / 2);
                return m.top > 0 && m.bottom < innerHeight && top === arguments[0]"""
    assert page.execute_script(inside, mark)
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_keyboard_opens_an_exchange_and_copies_a_curl_line(page):
    summary = page.find_element("css selector", "#exchange-2 summary")
    summary.send_keys("\n")
    assert visible(page, "#exchange-2 .code")
    button = page.find_element("css selector", "#finding-1 .copy")
    button.send_keys("\n")
    time.sleep(0.2)
    assert button.text == "Copied"


def test_dark_is_dark(page):
    media = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    colour = page.execute_script("return getComputedStyle(document.body).backgroundColor")
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert max(int(part) for part in colour.strip("rgb()").split(",")) < 60
