// Small time series by uPlot; each says in words what it shows.

import {element, percent, rate} from './format.js';

const SIGNALS = ['traces', 'logs', 'metrics'];
const HEIGHT = 150;
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

  constructor(host) {
    this.#host = host;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#remake());
    new ResizeObserver(() => this.#resize()).observe(host);
  }

  show(history) {
    if (this.#made.length === 0) this.#make();
    const times = history.map((moment) => moment.at);
    for (const {chart, plot, picture, values} of this.#made) {
      const lines = chart.series.map((one) => history.map(one.value));
      plot.setData([times, ...lines]);
      const last = chart.series.map((one, index) => {
        const text = chart.format(lines[index].at(-1) ?? 0);
        values[index].textContent = `${one.name} ${text}`;
        return `${one.name} ${text}`;
      });
      picture.setAttribute('aria-label', `${chart.title} over time; now ${last.join(', ')}`);
    }
  }

  #make() {
    this.#host.replaceChildren();
    for (const chart of CHARTS) {
      const picture = element('div', {role: 'img', 'aria-label': chart.title});
      const values = chart.series.map(() => element('b'));
      const legend = element('ul.legend', {},
        ...chart.series.map((one, index) =>
          element('li', {}, element(`span.key-${one.key}`), values[index])));
      this.#host.append(element('div.card', {}, element('h3', {}, chart.title), picture, legend));
      this.#made.push({chart, picture, values, plot: this.#plot(chart, picture)});
    }
  }

  #plot(chart, picture) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => probe(picture, `key-${name}`);
    const quiet = probe(picture, 'quiet');
    const grid = {stroke: quiet, width: 0.2};
    const axis = {stroke: quiet, grid, ticks: {show: false}, font: `11px ${style.fontFamily || 'sans-serif'}`};
    return new uPlot(
      {
        width: picture.clientWidth,
        height: HEIGHT,
        legend: {show: false},
        cursor: {show: false},
        scales: {
          x: {range: (_, first, last) => (last === null ? [0, 1] : [Math.min(first, last - LEAST_SECONDS), last])},
          y: {range: (_, low, high) => [0, chart.most ?? Math.max(1, high * 1.1)]},
        },
        axes: [
          {...axis, size: 24, space: 70, values: (_, times) => times.map(minutes)},
          {...axis, size: 54, space: 30, values: (_, ticks) => ticks.map((tick) => chart.format(tick))},
        ],
        series: [{}, ...chart.series.map((one) => ({stroke: colour(one.key), width: 2, points: {show: false}}))],
      },
      [[], ...chart.series.map(() => [])],
      picture);
  }

  #resize() {
    for (const {plot, picture} of this.#made) {
      if (picture.clientWidth !== plot.width) plot.setSize({width: picture.clientWidth, height: HEIGHT});
    }
  }

  #remake() {
    for (const made of this.#made) {
      const data = made.plot.data;
      made.plot.destroy();
      made.plot = this.#plot(made.chart, made.picture);
      made.plot.setData(data);
    }
  }
}

// A canvas knows no light-dark(): ask what the colour is here and now.
function probe(host, style) {
  const made = element(`i.${style}`);
  host.append(made);
  const colour = getComputedStyle(made).color;
  made.remove();
  return colour;
}

const minutes = (time) =>
  new Date(time * 1000).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
