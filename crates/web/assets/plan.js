// Forecourt plan: watches a search, and lets a visit be dragged to another time or person. Comfort only: the page of a search
// looks again by itself, and every visit has a form. The rules of desk.js hold: no HTML from strings, no styles, no words.
'use strict';
(() => {
  const one = (selector, from = document) => from.querySelector(selector);

  // ---- a search: the server sends texts and lines ready to be shown --------------------------------------------------
  function watching() {
    const part = one('[data-run]');
    if (!part) return;
    const look = async () => {
      try {
        const answer = await fetch(part.dataset.run, { credentials: 'same-origin' });
        if (!answer.ok) throw new Error(String(answer.status));
        const now = await answer.json();
        if (now.over) { location.reload(); return; } // the page then leads to the plan, or says what became of it
        for (const [key, text] of Object.entries(now.texts)) one(`[data-text="${key}"]`, part).textContent = text;
        one('[data-share]', part).value = now.share;
        for (const name of ['travel', 'left']) one(`[data-curve="${name}"]`, part).setAttribute('points', now[name]);
      } catch { /* the next look may reach the server again */ }
      setTimeout(look, 700);
    };
    setTimeout(look, 700);
  }

  // ---- dragging: by five minutes and whole rows; what it leads to is said by the server before it is kept --------------
  const STEP = 5;
  const [HEAD, ROW, INSET] = [28, 40, 6]; // as the style sheet and the page have them

  function dragging() {
    const chart = one('svg[data-drag]');
    const form = chart && document.getElementById(chart.dataset.drag);
    if (!form) return;
    const [first, last] = [Number(chart.dataset.first), Number(chart.dataset.last)];
    const staff = chart.dataset.staff.split(' ');
    let held = null;
    const put = (minute, row) => {
      held.bar.setAttribute('x', `${((minute - first) / (last - first)) * 100}%`);
      held.bar.setAttribute('y', String(HEAD + ROW * row + INSET));
    };
    const place = (event) => {
      const minutes = ((event.clientX - held.x) / chart.clientWidth) * (last - first);
      const minute = Math.round((held.start + minutes) / STEP) * STEP;
      const row = held.row + Math.round((event.clientY - held.y) / ROW);
      return [Math.min(last - STEP, Math.max(first, minute)), Math.min(staff.length - 1, Math.max(0, row))];
    };
    const drop = () => { put(held.start, held.row); held = null; };
    chart.addEventListener('pointerdown', (event) => {
      const bar = event.target.closest('svg.movable');
      // A finger scrolls the chart; there the form is the way.
      if (!bar || event.button !== 0 || event.pointerType === 'touch') return;
      event.preventDefault();
      chart.setPointerCapture(event.pointerId);
      const row = staff.indexOf(bar.dataset.of);
      held = { bar, row, x: event.clientX, y: event.clientY, start: Number(bar.dataset.start) };
    });
    chart.addEventListener('pointermove', (event) => { if (held) put(...place(event)); });
    chart.addEventListener('pointercancel', () => { if (held) drop(); });
    document.addEventListener('keydown', (event) => { if (held && event.key === 'Escape') drop(); });
    chart.addEventListener('pointerup', (event) => {
      if (!held) return;
      const [minute, row] = place(event);
      if (minute === held.start && row === held.row) { drop(); return; }
      const two = (n) => String(n).padStart(2, '0');
      form.elements.visit.value = held.bar.dataset.visit;
      form.elements.time.value = `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
      form.elements.from_staff.value = held.bar.dataset.of;
      form.elements.to_staff.value = staff[row];
      held = null;
      form.requestSubmit();
    });
  }

  document.addEventListener('DOMContentLoaded', () => { watching(); dragging(); });
})();
