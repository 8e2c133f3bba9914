// A case moved on through the pages, one action at a time.
import assert from 'node:assert/strict';
import { fill } from './desk.mjs';

/** What the case page says its state is. */
export const stateOf = (page) => page.locator('.page-head .badge').first().innerText();

/** Registers a complaint through the form of the staff; returns the case's number. */
export async function register(page, more = {}) {
  await page.click('header a[href="/cases/new"]');
  await fill(page, {
    line: 'card',
    cause: 'C.price',
    product: 'Debit card',
    title: 'An annual fee was taken twice',
    narrative: 'On two days of one month the annual fee was taken from the account. I asked twice and got no answer.',
    asks: 'Give back the second fee and say how it happened.',
    amount: '1,200.50',
    name: 'Lin Xiaohe',
    phone: '19900001234',
    address: 'Wangchao Road 7',
    channel: 'branch',
    ...more,
  });
  await page.click('main .form-foot button.primary');
  await page.waitForURL(/\/cases\/FC-/);
  return page.locator('h1 .code').innerText();
}

/** Does one action by its link on the case page, and sees that it was done. */
export async function act(page, id, action, values = {}) {
  await page.goto(`/cases/${id}`);
  const link = page.locator(`#actions a[href="/cases/${id}/do/${action}"]`);
  assert.equal(await link.count(), 1, `${action} is not offered in state ${await stateOf(page)}`);
  if (!(await link.isVisible())) await page.locator('#actions details:has(ul.do) summary').first().click();
  await link.click();
  await page.waitForURL(`**/do/${action}`);
  await fill(page, values);
  await page.click('main .form-foot button.primary');
  await page.waitForURL((url) => url.searchParams.get('done') === action || !url.pathname.includes('/do/'));
  assert.equal(await page.locator('.notice.ok').count(), 1, `${action} told no success`);
}
