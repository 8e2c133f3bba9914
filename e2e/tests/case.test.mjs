// A case from receipt to closing, through the pages alone.
import assert from 'node:assert/strict';
import { act, register, stateOf } from '../lib/cases.mjs';
import { day, enter, fill, window } from '../lib/desk.mjs';
import { browse } from '../lib/tests.mjs';

/** What the clocks of the case are, and when each is due. */
const clocks = (page) =>
  page.locator('.clock').evaluateAll((all) =>
    all.map((c) => `${c.querySelector('h3').textContent} ${c.querySelector('time')?.dateTime ?? ''}`),
  );

/**
 * Takes a new case as far as the decision to offer a visit. One case in some is drawn into the held-out group, to which
 * no visit may be offered: then the refusal is looked at, and the next case is taken.
 */
async function toScreened(page) {
  for (let tries = 0; tries < 8; tries += 1) {
    const id = await register(page);
    await act(page, id, 'acknowledge', { channel: 'sms' });
    await act(page, id, 'start_review');
    await act(page, id, 'assess', {
      truth: 'partly_true',
      reasonableness: 'reasonable',
      reasons: 'The statement of account shows two fees in one month.',
    });
    await act(page, id, 'accept');
    assert.equal(await stateOf(page), 'accepted');
    await page.goto(`/cases/${id}/do/decide_screening`);
    const proposal = await page.locator('.notice.info').innerText();
    await fill(page, { selected: 'yes', departure: 'The customer asked to be seen in person.' });
    await page.click('main .form-foot button.primary');
    if (!/held.out/i.test(proposal)) {
      await page.waitForURL('**?done=decide_screening');
      return id;
    }
    assert.match(await page.locator('.notice.bad').innerText(), /Not carried out/);
  }
  throw new Error('eight cases in a row were held out');
}

browse('from receipt over consent, schedule and notice to a desk settlement, carried out and closed', {}, async (w) => {
  w.expects(422);
  const { page } = w;
  await enter(page, 'handler');
  const id = await toScreened(page);

  await act(page, id, 'offer_visit', { channel: 'phone' });
  await page.goto(`/cases/${id}`);
  assert.equal(await page.locator(`#actions a[href$="/do/schedule_visit"]`).count(), 0, 'no visit without consent');
  const visit = day(4);
  await act(page, id, 'give_consent', {
    scope: 'visiting',
    channel: 'phone',
    'window.0.from': `${visit}T10:00`,
    'window.0.to': `${visit}T12:00`,
    place_kind: 'home',
    address: 'Wangchao Road 7',
  });
  assert.equal(await stateOf(page), 'consented');

  await page.goto(`/cases/${id}/do/schedule_visit`);
  const people = await page.locator('datalist#crew\\.0-list option').evaluateAll((all) => all.map((o) => o.value));
  await act(page, id, 'schedule_visit', {
    from: `${visit}T10:00`,
    to: `${visit}T11:00`,
    'crew.0': people.find((p) => p.startsWith('handler')) ?? people[0],
    'crew.1': people.find((p) => p.startsWith('legal')) ?? people.at(-1),
  });
  assert.match(await page.locator('#visit').innerText(), /Advance notice not sent yet/);
  await act(page, id, 'send_notice', { channel: 'sms' });
  assert.doesNotMatch(await page.locator('#visit').innerText(), /not sent yet/);

  // The visit lies ahead, so nothing can be reported of it yet; the customer then takes the consent back.
  await page.goto(`/cases/${id}/do/report_visit`);
  await fill(page, { outcome: 'held' });
  await page.click('main .form-foot button.primary');
  assert.match(await page.locator('.notice.bad').innerText(), /Not carried out/);
  await act(page, id, 'withdraw_consent', { scope: 'visiting', next_channel: 'phone' });
  assert.match(await page.locator('#visit').innerText(), /No visit is scheduled/);
  assert.match(await page.locator('#consent').innerText(), /withdrawn/);

  await act(page, id, 'record_finding', {
    truth: 'true',
    reasonableness: 'reasonable',
    basis: 'Two debits on the statement; the tariff allows one a year.',
    evidence: 'ACCT-2026-77',
  });
  await act(page, id, 'notify_decision', { channel: 'letter' });
  await act(page, id, 'propose_remedy', {
    'item.0.kind': 'refund',
    'item.0.detail': 'The second annual fee',
    'item.0.amount': '1,200.50',
    'item.0.due': day(10),
    'item.1.kind': 'apologise',
    'item.1.detail': 'A letter that says how it happened',
    'item.1.due': day(10),
  });
  await page.goto(`/cases/${id}`);
  assert.equal(await page.locator(`#actions a[href$="/do/vote_on_remedy"]`).count(), 0, 'who proposes does not approve');

  const other = await window();
  try {
    await enter(other.page, 'supervisor', `/cases/${id}`);
    await act(other.page, id, 'vote_on_remedy', { approve: 'yes' });
    await act(page, id, 'make_offer');
    await act(page, id, 'sign_agreement', { signature: 'on_paper', document: 'The bank gives back CNY 1,200.50.' });
    assert.equal(await stateOf(page), 'agreed');
    for (const proof of ['TRANSFER-1', 'LETTER-2']) {
      await page.goto(`/cases/${id}/do/complete_task`);
      // With one task left the form has chosen it already.
      const task = page.locator('main [name=task]').first();
      const [no] = await task.evaluate((e) =>
        e.tagName === 'SELECT' ? [...e.options].map((o) => o.value).filter(Boolean) : [e.value],
      );
      await act(page, id, 'complete_task', { task: no, proof });
      await act(other.page, id, 'verify_task', { task: no });
    }
    other.calm();
  } finally {
    await other.context.close();
  }

  await act(page, id, 'close', { reason: 'settled' });
  assert.equal(await stateOf(page), 'closed');
  const told = await page.locator('#timeline').innerText();
  for (const word of ['TRANSFER-1', 'LETTER-2']) assert.ok(told.includes(word), `${word} stands in the timeline`);
});

browse('a refused visit opens the other channel and leaves every clock as it was', {}, async (w) => {
  w.expects(422);
  const { page } = w;
  await enter(page, 'handler');
  const id = await toScreened(page);
  await act(page, id, 'offer_visit', { channel: 'phone' });
  await page.goto(`/cases/${id}`);
  const before = await clocks(page);
  assert.notEqual(before.length, 0);
  await act(page, id, 'refuse_visit', { next_channel: 'video' });
  await page.goto(`/cases/${id}`);
  assert.equal(await stateOf(page), 'desk handling');
  assert.match(await page.locator('#timeline').innerText(), /video call/);
  assert.deepEqual(await clocks(page), before);
});

browse('who sent a form twice did it once, and a stale form is shown what changed', {}, async (w) => {
  w.expects(409);
  const { page } = w;
  await enter(page, 'handler');
  const id = await register(page);
  const second = await w.context.newPage();
  for (const p of [page, second]) await p.goto(`/cases/${id}/do/record_contact`);
  const values = { channel: 'phone', reached: 'yes', note: 'Called back at noon' };
  await fill(page, values);
  await page.click('main .form-foot button.primary');
  await page.waitForURL('**?done=record_contact');
  await fill(second, { ...values, note: 'Written in the other window' });
  await second.click('main .form-foot button.primary');
  await second.waitForSelector('.notice.warn[role=alert]');
  assert.equal(await second.inputValue('[name=note]'), 'Written in the other window', 'nothing typed was lost');
  await second.click('main .form-foot button.primary');
  await second.waitForURL('**?done=record_contact');
  const told = await second.locator('#timeline').innerText();
  assert.equal(told.split('Called back at noon').length - 1, 1);
  assert.equal(told.split('Written in the other window').length - 1, 1);
});

browse('mistakes are shown at their fields, and what was typed stays', {}, async (w) => {
  w.expects(422);
  const { page } = w;
  await enter(page, 'handler', '/cases/new');
  await fill(page, { title: 'Kept', amount: 'much' });
  await page.click('main .form-foot button.primary');
  await page.waitForSelector('.notice.bad');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'alert', 'the summary has the focus');
  assert.equal(await page.inputValue('[name=title]'), 'Kept');
  assert.equal(await page.getAttribute('[name=amount]', 'aria-invalid'), 'true');
  const links = await page.locator('.notice.bad a').evaluateAll((all) => all.map((a) => a.hash.slice(1)));
  for (const id of links) assert.equal(await page.locator(`[id="${id}"]`).count(), 1, `the summary leads to ${id}`);
  assert.ok(links.includes('amount') && links.includes('narrative'), links.join());
});
