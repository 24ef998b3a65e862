// Small time series, drawn by Chart.js; each says in words what it shows.

import './chart.umd.min.js';
import {duration, element, percent, rate} from './format.js';

const {Chart} = globalThis;
const SIGNALS = ['traces', 'logs', 'metrics'];
const LEFT = 54;
const LEAST_SECONDS = 120;
// The gateway looks every 5 s; where two looks are missing a line is broken.
const GAP_SECONDS = 13;
const DASHES = [[], [7, 4], [2, 3]];

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
      {name: 'queue', value: (moment) => moment.queue_fill},
      {name: 'budget', value: (moment) => moment.budget_fill},
    ],
  },
];

function bySignal(field) {
  return SIGNALS.map((signal) => ({name: signal, value: (moment) => moment[field][signal]}));
}

export class Charts {
  #host;
  #pictures = [];

  constructor(host) {
    this.#host = host;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.#pictures.forEach((picture) => picture.draw());
    });
  }

  show(history) {
    if (history.length === 0) return;
    if (this.#pictures.length === 0) {
      this.#pictures = CHARTS.map((chart) => new Picture(chart, this.#host));
    }
    this.#pictures.forEach((picture) => picture.show(history));
  }
}

class Picture {
  #about;
  #canvas = element('canvas', {role: 'img'});
  #keys;
  #values;
  #chart;

  constructor(about, host) {
    this.#about = about;
    this.#keys = about.series.map((one) => element(`span.key-${one.name}`));
    this.#values = about.series.map(() => element('b'));
    host.append(element('div.card', {},
      element('h3', {}, about.title),
      element('div.plot', {}, this.#canvas),
      element('ul.legend', {},
        ...about.series.map((_, index) => element('li', {}, this.#keys[index], this.#values[index])))));
    this.#chart = new Chart(this.#canvas, configuration(about));
  }

  show(history) {
    const {series, format, title} = this.#about;
    const {data, options} = this.#chart;
    const last = history.at(-1).at;
    const first = Math.min(history[0].at, last - LEAST_SECONDS);
    const said = series.map((one, index) => {
      const points = history.map((moment) => ({x: moment.at, y: one.value(moment)}));
      data.datasets[index].data = points;
      const now = `${one.name} ${format(points.at(-1).y)}`;
      this.#values[index].textContent = now;
      return `${now}, at most ${format(Math.max(...points.map((point) => point.y)))}`;
    });
    Object.assign(options.scales.x, {min: first, max: last});
    this.#canvas.setAttribute('aria-label', `${title}, ${duration(last - history[0].at)} up to now: ${said.join('; ')}`);
    this.draw();
  }

  // A canvas knows no style sheet: it is told the colours of the legend and the card each time.
  draw() {
    const {data, options} = this.#chart;
    this.#keys.forEach((key, index) => {
      const {color} = getComputedStyle(key);
      Object.assign(data.datasets[index], {borderColor: color, backgroundColor: color});
    });
    const {color, borderTopColor} = getComputedStyle(this.#canvas.parentElement);
    for (const axis of Object.values(options.scales)) {
      axis.ticks.color = color;
      axis.grid.color = borderTopColor;
    }
    this.#chart.update();
  }
}

function configuration({series, format, most}) {
  return {
    type: 'line',
    data: {
      // The first is drawn first, so that dashes are seen on top of a line that is not broken.
      datasets: series.map((one, index) =>
        ({label: one.name, data: [], borderDash: DASHES[index], order: -index})),
    },
    options: {
      animation: false,
      // A dot at the edge is a whole one.
      clip: 4,
      layout: {padding: {top: 4, right: 4}},
      events: [],
      maintainAspectRatio: false,
      normalized: true,
      parsing: false,
      spanGaps: GAP_SECONDS,
      font: {family: getComputedStyle(document.body).fontFamily},
      elements: {line: {borderWidth: 2}, point: {radius: (point) => (isAlone(point) ? 3 : 0)}},
      plugins: {legend: {display: false}, tooltip: {enabled: false}},
      scales: {
        x: {
          type: 'linear',
          border: {display: false},
          grid: {display: false},
          ticks: {maxRotation: 0, font: {size: 11}, callback: minutes},
          afterBuildTicks: markMinutes,
        },
        y: {
          min: 0,
          max: most,
          suggestedMax: 1,
          border: {display: false},
          grid: {},
          ticks: {maxTicksLimit: 5, font: {size: 11}, callback: (value) => format(value)},
          afterFit: (axis) => { axis.width = LEFT; },
        },
      },
    },
  };
}

// A point without neighbours is on no line: it is a dot. What is not there is not near.
const isAlone = ({dataset: {data}, dataIndex}) =>
  [dataIndex - 1, dataIndex + 1].every((other) => !(Math.abs(data[other]?.x - data[dataIndex]?.x) <= GAP_SECONDS));

// A few marks, at whole minutes of the clock.
function markMinutes(axis) {
  const step = 60 * Math.ceil((axis.max - axis.min) / 240);
  const first = Math.ceil(axis.min / step) * step;
  const more = Math.floor((axis.max - first) / step);
  axis.ticks = Array.from({length: more + 1}, (_, index) => ({value: first + index * step}));
}

const minutes = (time) =>
  new Date(time * 1000).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
