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
  await page.waitForFunction(() => document.querySelectorAll('#charts svg').length === 5);
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

async function lookAtOnePoint(browser) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('**/admin/ops/overview?history=true', async (route) => {
    const response = await route.fetch();
    if (!response.ok()) return route.fulfill({response});
    const overview = await response.json();
    return route.fulfill({response, json: {...overview, history: overview.history.slice(-1)}});
  });
  await page.goto(base + '/ops');
  await page.locator('#login').waitFor();
  await page.keyboard.type(token);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('#charts svg').length === 5);
  const dots = await page.locator('#charts svg circle').evaluateAll((all) =>
    all.filter((dot) => dot.getBoundingClientRect().width > 0 && getComputedStyle(dot).fill !== 'none').length);
  check('one moment: a dot in each series', dots === 14, `${dots} dots`);
  await context.close();
}

const browser = await chromium.launch({executablePath: process.env.CHROMIUM, args: ['--no-sandbox']});
try {
  for (const view of VIEWS) {
    await look(browser, view).catch((error) => check(view[0], false, error.message));
  }
  await lookAtOnePoint(browser).catch((error) => check('one moment', false, error.message));
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
