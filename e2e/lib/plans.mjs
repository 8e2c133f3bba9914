// Searches for visit plans, as a person begins them. The server takes one at a time: whoever is refused tries again.
import assert from 'node:assert/strict';

/** Longest wait for another search to end, in milliseconds. */
const PATIENCE = 90_000;

/** Presses `button` until the search is taken; a window must expect 409 for it. */
export async function begin(page, button) {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const address = page.url();
    await page.click(button);
    await page.waitForLoadState();
    if (/\/plan\/(runs|P-)/.test(page.url()) && !/\/replan|\/remedy/.test(page.url())) return;
    assert.ok(await page.locator('.notice.bad').count(), `neither begun nor refused: ${page.url()}`);
    assert.ok(Date.now() < until, 'another search does not end');
    await page.waitForTimeout(500);
    // What was refused from a plan's page is begun from there again.
    if (/\/replan|\/remedy/.test(page.url())) await page.goto(address);
  }
}

/** The button that begins a search with what the form says. */
export const BEGIN = 'main form[method=post][action="/plan/new"] .form-foot button.primary';

/** Waits until the search has led to its plan; returns the plan's number. */
export async function arrived(page) {
  await page.waitForURL('**/plan/P-*', { timeout: PATIENCE });
  return /P-[0-9a-f]{12}/.exec(page.url())[0];
}

/** Plans the branch's visits in two seconds, and waits until the plan is there. */
export async function planned(page) {
  await page.goto('/plan/new');
  await page.fill('#seconds', '2');
  await begin(page, BEGIN);
  return arrived(page);
}
