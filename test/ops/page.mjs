// Opens the operator's page as four people would and judges it. Arguments: the gateway's address, a
// token, a text that was in the data and must not be on the page.

import {readFileSync} from 'node:fs';
import {chromium} from 'playwright-core';

const [base, token, secret] = process.argv.slice(2);
const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const pictures = process.env.SCREENSHOTS;
const VIEWS = [
  ['wide, light', 1180, 1000, 'light'],
  ['wide, dark', 1180, 1000, 'dark'],
  ['phone, light', 390, 844, 'light'],
  ['phone, dark', 390, 844, 'dark'],
];
let passed = 0;
let failed = 0;

function check(name, fine, reason = '') {
  if (fine) passed++;
  else failed++;
  console.log(fine ? `ok ${name}` : `FAIL ${name}: ${reason}`);
}

// Through the debugger and not into the page: its policy lets nothing in.
async function findings(context, page) {
  const debug = await context.newCDPSession(page);
  await debug.send('Runtime.evaluate', {expression: axe});
  const expression = `axe.run().then((all) => all.violations.map(
    (one) => one.id + ' ' + one.nodes.map((node) => node.target).join(' ')))`;
  const answer = await debug.send('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true});
  return answer.result.value ?? ['axe did not run'];
}

async function look(browser, [name, width, height, colorScheme]) {
  const context = await browser.newContext({viewport: {width, height}, colorScheme});
  const page = await context.newPage();
  const complaints = [];
  let asked = 0;
  page.on('console', (message) => {
    // A browser logs the refusal that the page handles.
    if (['error', 'warning'].includes(message.type()) && !message.text().includes('401')) {
      complaints.push(message.text());
    }
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(base + '/')) complaints.push(`asks ${request.url()}`);
    if (request.url().includes('/admin/')) asked++;
  });

  await page.goto(base + '/ops');
  await page.locator('#login').waitFor();
  check(`${name}: the question for the token is usable`, (await findings(context, page)).length === 0,
    await findings(context, page));
  await page.keyboard.type('wrong-token-0123456789');
  await page.keyboard.press('Enter');
  await page.getByText('the token is not known').waitFor();
  await page.keyboard.type(token);
  await page.keyboard.press('Enter');
  await page.locator('#content').waitFor();

  await page.getByText('otlphttp/gone: backend down').first().waitFor({timeout: 60000});
  check(`${name}: says that a backend is gone`, (await page.locator('#health').textContent()) === 'failing');
  check(`${name}: a picture of each pipeline`, (await page.locator('#flow svg[role=img]').count()) === 3);
  await page.waitForFunction(() => document.querySelectorAll('#charts canvas[aria-label]').length === 5);
  const series = await page.locator('#charts').getByRole('img').first().getAttribute('aria-label');
  check(`${name}: the series in words`, /^Accepted items, .* up to now: traces .*\/s, at most .*; logs /.test(series), series);
  const legend = await page.locator('#charts .legend').first().innerText();
  check(`${name}: the last values as text`, /traces .*\/s\s+logs .*\/s\s+metrics .*\/s/.test(legend), legend);
  const label = await page.locator('#flow svg').nth(1).getAttribute('aria-label');
  check(`${name}: the picture in words`, /^Pipeline logs: .*received from otlp, .*to nop\/loki/.test(label), label);
  const shown = await page.content();
  check(`${name}: nothing of the data`, !shown.includes(secret) && !shown.includes('my.token"'));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check(`${name}: fits its width`, wide <= 0, `${wide} pixels too many`);
  const found = await findings(context, page);
  check(`${name}: axe finds nothing`, found.length === 0, found.join('; '));
  if (pictures) await page.screenshot({path: `${pictures}/${name.replace(', ', '-')}.png`, fullPage: true});

  await page.locator('.skip').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const held = asked;
  await page.waitForTimeout(3000);
  check(`${name}: the keyboard holds it still`, asked <= held + 1
    && (await page.locator('#pause').getAttribute('aria-pressed')) === 'true', `${asked - held} requests`);
  check(`${name}: the browser has no complaint`, complaints.length === 0, complaints.join('; '));
  await context.close();
}

// A page whose history is made up: one moment for each of the times, in seconds before now.
async function lookAtHistory(browser, seconds) {
  const context = await browser.newContext({viewport: {width: 1180, height: 1000}, colorScheme: 'light'});
  const page = await context.newPage();
  await page.route('**/admin/ops/overview?history=true', async (route) => {
    const response = await route.fetch();
    if (!response.ok()) return route.fulfill({response});
    const now = Math.round(Date.now() / 1000);
    const rates = {traces: 100, logs: 200, metrics: 300};
    const history = seconds.map((ago) => ({
      at: now - ago, accepted: rates, delivered: rates, dropped: rates, refused: rates, queue_fill: 0.4, budget_fill: 0.7,
    }));
    return route.fulfill({response, json: {...await response.json(), history}});
  });
  await page.goto(base + '/ops');
  await page.locator('#login').waitFor();
  await page.keyboard.type(token);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('#charts canvas[aria-label]').length === 5);
  return page;
}

// For each series of each picture the columns of pixels in which its colour is seen. Its first drawing may be followed by
// one that fits the size, so the page is given time for that.
async function columns(page) {
  await page.waitForTimeout(300);
  return page.evaluate(() => [...document.querySelectorAll('#charts .card')].flatMap((card) => {
    const canvas = card.querySelector('canvas');
    const {data, width, height} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return [...card.querySelectorAll('.legend span')].map((key) => {
      const wanted = getComputedStyle(key).color.match(/\d+/g).slice(0, 3).map(Number);
      const seen = (x, y) => wanted.every((value, index) => Math.abs(value - data[(y * width + x) * 4 + index]) < 30)
        && data[(y * width + x) * 4 + 3] > 200;
      return Array.from({length: width}, (_, x) => x).filter((x) => {
        for (let y = 0; y < height; y++) if (seen(x, y)) return true;
        return false;
      });
    });
  }));
}

const widestStep = (all) => Math.max(...all.slice(1).map((x, index) => x - all[index]));
const told = (all) => all.map((one) => `${one.length} columns from ${one[0]} to ${one.at(-1)}`).join(', ');

async function lookAtLines(browser) {
  const every = Array.from({length: 25}, (_, index) => 120 - index * 5);

  const whole = await lookAtHistory(browser, every);
  const lines = await columns(whole);
  check('lines: each series is one', lines.length === 14
    && lines.every((one) => one.length > 60 && widestStep(one) < 10), told(lines));
  const marks = await whole.evaluate(() => [...document.querySelectorAll('#charts canvas')].map(
    (canvas) => Chart.getChart(canvas).scales.x.ticks.map((mark) => mark.value)));
  check('lines: one axis of whole minutes', marks[0].length >= 2 && marks[0].every((at) => at % 60 === 0)
    && marks.every((one) => String(one) === String(marks[0])), JSON.stringify(marks));
  await whole.emulateMedia({colorScheme: 'dark'});
  const dark = await columns(whole);
  check('lines: their colours follow light and dark', dark.every((one, index) =>
    Math.abs(one.length - lines[index].length) < 20), told(dark));
  await whole.context().close();

  const broken = await lookAtHistory(browser, every.filter((ago) => ago < 30 || ago > 80));
  const parts = await columns(broken);
  check('lines: broken where moments are missing', parts.every((one) => one.length > 30 && widestStep(one) > 50), told(parts));
  await broken.context().close();

  const lonely = await lookAtHistory(browser, [0]);
  const dots = await columns(lonely);
  check('lines: one moment is a dot in each series', dots.every((one) => one.length >= 3 && one.length < 10), told(dots));
  await lonely.context().close();
}

// On a picture that is kept there is something to see.
if (pictures) await new Promise((resolve) => setTimeout(resolve, 100000));
const browser = await chromium.launch({executablePath: process.env.CHROMIUM, args: ['--no-sandbox']});
try {
  for (const view of VIEWS) {
    await look(browser, view).catch((error) => check(view[0], false, error.message));
  }
  await lookAtLines(browser).catch((error) => check('lines', false, error.message));
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
