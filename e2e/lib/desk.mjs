// The browser and the server: one of each for a file, fresh windows with their own cookies, and a guard that notes
// whatever a browser complains about. Whoever uses it calls `close` at the end.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { start } from './server.mjs';

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };
/** Longest wait for anything on a page, in milliseconds. */
const PATIENCE = 15_000;

/** Where the desk answers: the server of the whole run, or one for this file alone. */
const own = process.env.FORECOURT_URL ? undefined : await start();
export const BASE = process.env.FORECOURT_URL ?? own.url;

function launch() {
  // Chromium's own sandbox cannot be had by root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args });
}

const browser = await launch();

/** Ends the browser, and the server if it is this file's own. */
export async function close() {
  await browser.close();
  await own?.stop();
}

/**
 * Opens a window. `troubles` collects console errors, script errors, breaches of the content policy, failed or
 * refused requests, and requests to other hosts; `expects(404)` admits answers of that status.
 */
export async function window({ locale = 'en-US', phone = false, dark = false, script = true, still = false } = {}) {
  const context = await browser.newContext({
    baseURL: BASE,
    locale,
    viewport: phone ? PHONE : DESKTOP,
    isMobile: phone,
    hasTouch: phone,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: still ? 'reduce' : 'no-preference',
    javaScriptEnabled: script,
    timezoneId: 'Asia/Shanghai',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(PATIENCE);
  const troubles = [];
  const expected = new Set();
  context.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    const status = /responded with a status of (\d+)/.exec(message.text());
    if (!status || !expected.has(Number(status[1]))) troubles.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => troubles.push(`script: ${error.error().message}`));
  context.on('request', (request) => {
    const url = request.url();
    if (/^https?:/.test(url) && !url.startsWith(`${BASE}/`)) troubles.push(`request to elsewhere: ${url}`);
  });
  context.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // A download, and a page left before all of it came, end requests without anything being wrong.
    if (why !== 'net::ERR_ABORTED') troubles.push(`request failed: ${request.url()} ${why}`);
  });
  context.on('response', (response) => {
    const status = response.status();
    if (status >= 400 && !expected.has(status)) troubles.push(`status ${status}: ${response.url()}`);
  });
  const page = await context.newPage();
  return {
    context,
    page,
    troubles,
    expects: (...statuses) => statuses.forEach((s) => expected.add(s)),
    calm() {
      assert.deepEqual(troubles, [], 'the browser complained');
    },
  };
}

/** Signs in by one click, and goes to `next`. */
export async function enter(page, role, next = '/') {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
  await page.click(`form:has(input[name=role][value=${role}]) button`);
  await page.waitForURL((url) => url.pathname !== '/sign-in' && url.pathname !== '/demo/sign-in');
}

/** Fills the fields of the form in `main` by their names. */
export async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = page.locator(`main form:not([action="/language"]) [name="${name}"]`).first();
    const kind = await field.evaluate((e) => (e.tagName === 'SELECT' ? 'select' : e.type));
    if (kind === 'radio') await page.click(`main label:has(input[name="${name}"][value="${value}"])`);
    else if (kind === 'select') await field.selectOption(value);
    else if (kind === 'checkbox') await field.setChecked(value);
    else await field.fill(value);
  }
}

/** Opens every folded part of the page, so that what is in it is looked at too. */
export function unfold(page) {
  return page.evaluate(() => {
    for (const d of document.querySelectorAll('details:not(.menu)')) d.open = true;
  });
}

/** The numbers of the cases that a list shows. */
export async function casesOf(page, address) {
  if (address) await page.goto(address);
  return page.locator('table[data-rows] a.to').allInnerTexts();
}

/** A day counted from today in the bank's zone, never on a weekend: `2026-11-23`. */
export function day(ahead) {
  const print = (at) => at.toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });
  const at = new Date(Date.now() + ahead * 86_400_000);
  while (['Sat', 'Sun'].includes(at.toLocaleDateString('en-US', { timeZone: 'Asia/Shanghai', weekday: 'short' }))) {
    at.setTime(at.getTime() + 86_400_000);
  }
  return print(at);
}
