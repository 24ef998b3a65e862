// Small time series; each says in words what it shows.

import {element, percent, rate, svg} from './format.js';

const SIGNALS = ['traces', 'logs', 'metrics'];
const HEIGHT = 150;
const LEFT = 54;
const BOTTOM = 20;
const TOP = 8;
const RULES = 3;
const LEAST_SECONDS = 120;

const CHARTS = [
  {title: 'Accepted items', format: rate, series: bySignal('accepted')},
  {title: 'Delivered items', format: rate, series: bySignal('delivered')},
  {title: 'Dropped items, the policy included', format: rate, series: bySignal('dropped')},
  {title: 'Refused items', format: rate, series: bySignal('refused')},
  {
    title: 'Fullest queue and budget',
    format: percent,
    most: 1,
    series: [
      {name: 'queue', key: 'queue', value: (moment) => moment.queue_fill},
      {name: 'budget', key: 'budget', value: (moment) => moment.budget_fill},
    ],
  },
];

function bySignal(field) {
  return SIGNALS.map((signal) => ({name: signal, key: signal, value: (moment) => moment[field][signal]}));
}

export class Charts {
  #host;
  #made = [];
  #history = [];

  constructor(host) {
    this.#host = host;
    new ResizeObserver(() => this.#draw()).observe(host);
  }

  show(history) {
    if (this.#made.length === 0) this.#make();
    this.#history = history;
    for (const {chart, picture, values} of this.#made) {
      const last = chart.series.map((one, index) => {
        const text = `${one.name} ${chart.format(history.length > 0 ? one.value(history.at(-1)) : 0)}`;
        values[index].textContent = text;
        return text;
      });
      picture.setAttribute('aria-label', `${chart.title} over time; now ${last.join(', ')}`);
    }
    this.#draw();
  }

  #make() {
    this.#host.replaceChildren();
    for (const chart of CHARTS) {
      const picture = element('div.plot', {role: 'img', 'aria-label': chart.title});
      const values = chart.series.map(() => element('b'));
      const legend = element('ul.legend', {},
        ...chart.series.map((one, index) =>
          element('li', {}, element(`span.key-${one.key}`), values[index])));
      this.#host.append(element('div.card', {}, element('h3', {}, chart.title), picture, legend));
      this.#made.push({chart, picture, values});
    }
  }

  #draw() {
    for (const {chart, picture} of this.#made) {
      const width = picture.clientWidth;
      if (width > LEFT && this.#history.length > 0) picture.replaceChildren(plot(chart, this.#history, width));
    }
  }
}

// Lines over time, from 0 to what is drawn highest. A colour is that of the class, so it follows light and dark.
function plot(chart, history, width) {
  const lines = chart.series.map((one) => history.map(one.value));
  const most = chart.most ?? Math.max(1, ...lines.flat().map((value) => value * 1.1));
  const last = history.at(-1).at;
  const first = Math.min(history[0].at, last - LEAST_SECONDS);
  const x = (time) => LEFT + ((time - first) / (last - first)) * (width - LEFT - 2);
  const y = (value) => TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM);
  const picture = svg('svg', {viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, 'aria-hidden': 'true'});
  for (let rule = 0; rule <= RULES; rule++) {
    const value = (most * rule) / RULES;
    picture.append(svg('path', {d: `M${LEFT} ${y(value)}H${width}`, class: 'rule'}));
    picture.append(svg('text', {x: LEFT - 6, y: y(value) + 4, class: 'tick', 'text-anchor': 'end'}, chart.format(value)));
  }
  for (const [share, anchor] of [[0, 'start'], [0.5, 'middle'], [1, 'end']]) {
    const time = first + share * (last - first);
    picture.append(svg('text', {x: x(time), y: HEIGHT - 4, class: 'tick', 'text-anchor': anchor}, minutes(time)));
  }
  chart.series.forEach((one, index) => {
    const points = history.map((moment, at) => [x(moment.at).toFixed(1), y(lines[index][at]).toFixed(1)]);
    // A line of one point is none.
    picture.append(points.length === 1
      ? svg('circle', {cx: points[0][0], cy: points[0][1], r: 3, class: `dot key-${one.key}`})
      : svg('polyline', {points: points.join(' '), class: `line key-${one.key}`}));
  });
  return picture;
}

const minutes = (time) =>
  new Date(time * 1000).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
