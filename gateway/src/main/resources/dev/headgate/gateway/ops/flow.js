// The pipelines as pictures: receivers, the chain, exporters, and the rates between them.
// Side by side where there is room, one below the other on a phone.

import {count, element, percent, rate, svg} from './format.js';

const NODE_HEIGHT = 48;
const GAP = 14;
const LINE = 18;
const NARROW = 620;

export function drawFlow(host, overview) {
  const down = new Set(
    overview.incidents
      .filter((one) => one.kind === 'backend_down' && one.until === null)
      .map((one) => one.subject));
  const queues = new Map(overview.exporters.map((one) => [one.id, one.queue]));
  const width = Math.max(280, host.clientWidth - 30);
  host.replaceChildren(
    ...overview.pipelines.map((pipeline) => {
      const model = modelOf(pipeline, queues, down);
      const picture = width < NARROW ? vertical(model, width) : horizontal(model, width);
      picture.setAttribute('role', 'img');
      picture.setAttribute('aria-label', sentence(model));
      return element('div.card', {}, element('h3', {}, pipeline.id), picture);
    }));
}

function modelOf(pipeline, queues, down) {
  return {
    id: pipeline.id,
    receivers: pipeline.receivers,
    chain: pipeline.processors.length === 0 ? ['no processors'] : pipeline.processors,
    received: pipeline.received_per_second,
    dropped: pipeline.dropped_per_second,
    passed: Math.max(0, pipeline.received_per_second - pipeline.dropped_per_second),
    exporters: pipeline.exporters.map((one) => ({
      id: one.id,
      delivered: one.delivered_per_second,
      lost: one.dropped_per_second,
      waiting: one.in_flight,
      fill: queues.get(one.id)?.fill ?? 0,
      down: down.has(one.id),
    })),
  };
}

function sentence(model) {
  const ends = model.exporters.map(
    (one) => `${rate(one.delivered)} delivered to ${one.id}, its queue ${percent(one.fill)} full`
      + (one.down ? ', which is down' : ''));
  return `Pipeline ${model.id}: ${rate(model.received)} received from ${model.receivers.join(', ')}, `
    + `${rate(model.dropped)} dropped by ${model.chain.join(', ')}; ${ends.join('; ')}.`;
}

function horizontal(model, width) {
  const nodeWidth = Math.min(220, Math.floor(width * 0.25));
  const chainHeight = Math.max(NODE_HEIGHT, model.chain.length * LINE + 14);
  const rows = Math.max(model.receivers.length, model.exporters.length);
  const height = Math.max(chainHeight + 24, rows * (NODE_HEIGHT + GAP));
  const picture = canvas(width, height);
  const chain = box((width - nodeWidth) / 2, (height - 24 - chainHeight) / 2, nodeWidth, chainHeight);
  const place = (index, number, x) =>
    box(x, (height - number * (NODE_HEIGHT + GAP) + GAP) / 2 + index * (NODE_HEIGHT + GAP),
      nodeWidth, NODE_HEIGHT);
  model.receivers.forEach((id, index) => {
    const from = place(index, model.receivers.length, 0);
    across(picture, from, chain, model.received, index === 0 ? rate(model.received) : '');
    node(picture, from, [id], '');
  });
  model.exporters.forEach((one, index) => {
    const to = place(index, model.exporters.length, width - nodeWidth);
    across(picture, chain, to, one.delivered, '');
    label(picture, to.x - 10, to.y + NODE_HEIGHT / 2 - 9, rate(one.delivered), 'rate', 'end');
    exporter(picture, to, one);
  });
  node(picture, chain, model.chain, '');
  label(picture, chain.x + chain.width / 2, chain.y + chain.height + 17, droppedText(model),
    'small', 'middle');
  return picture;
}

function vertical(model, width) {
  const nodeWidth = Math.min(260, width - 90);
  const step = 34;
  const chainHeight = Math.max(NODE_HEIGHT, model.chain.length * LINE + 14);
  const top = model.receivers.length * LINE + 14;
  const bottom = top + step + chainHeight + step;
  const height = bottom + model.exporters.length * (NODE_HEIGHT + step) - step;
  const picture = canvas(width, Math.max(height, bottom));
  const first = box(0, 0, nodeWidth, top);
  const chain = box(0, top + step, nodeWidth, chainHeight);
  downwards(picture, first, chain, model.received, rate(model.received));
  node(picture, first, model.receivers, '');
  node(picture, chain, model.chain, '');
  const ends = model.exporters.map((_, index) =>
    box(0, bottom + index * (NODE_HEIGHT + step), nodeWidth, NODE_HEIGHT));
  const behind = rate(model.passed) + (model.dropped > 0 ? `, ${droppedText(model)}` : '');
  model.exporters.forEach((one, index) => {
    const from = index === 0 ? chain : ends[index - 1];
    downwards(picture, from, ends[index], one.delivered, index === 0 ? behind : '');
  });
  model.exporters.forEach((one, index) => {
    const to = ends[index];
    exporter(picture, to, one);
    label(picture, nodeWidth + 8, to.y + NODE_HEIGHT / 2 + 5, rate(one.delivered), 'rate', 'start');
  });
  return picture;
}

const droppedText = (model) => (model.dropped > 0 ? `${rate(model.dropped)} dropped` : 'nothing dropped');

const box = (x, y, width, height) => ({x, y, width, height});

const canvas = (width, height) => svg('svg', {viewBox: `-2 -2 ${width + 4} ${height + 4}`});

function node(picture, at, lines, style) {
  picture.append(svg('rect', {...at, rx: 8, class: `node ${style}`}));
  const first = at.y + at.height / 2 - ((lines.length - 1) * LINE) / 2 + 5;
  lines.forEach((line, index) =>
    label(picture, at.x + 10, first + index * LINE, cut(line, at.width - 20), '', 'start'));
}

function exporter(picture, at, one) {
  node(picture, at, [], one.down ? 'down' : '');
  label(picture, at.x + 10, at.y + 18, cut(one.id, at.width - 20), '', 'start');
  const bar = {x: at.x + 10, y: at.y + 25, width: at.width - 20, height: 5, rx: 2};
  picture.append(svg('rect', {...bar, class: 'track'}));
  const filled = Math.max(one.fill > 0 ? 3 : 0, Math.min(1, one.fill) * bar.width);
  picture.append(svg('rect', {...bar, width: filled, class: one.fill >= 0.8 ? 'fill high' : 'fill'}));
  const state = one.down ? 'down, ' : '';
  const lost = one.lost > 0 ? `, ${rate(one.lost)} lost` : '';
  label(picture, at.x + 10, at.y + 43, cut(`${state}${count(one.waiting)} in flight${lost}`, at.width - 20),
    one.down || one.lost > 0 ? 'small lost' : 'small', 'start');
}

function across(picture, from, to, value, text) {
  const x1 = from.x + from.width;
  const y1 = from.y + from.height / 2;
  const y2 = to.y + to.height / 2;
  const middle = (x1 + to.x) / 2;
  edge(picture, `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${to.x} ${y2}`, value);
  label(picture, middle, (y1 + y2) / 2 - 7, text, 'rate', 'middle');
}

function downwards(picture, from, to, value, text) {
  const x = from.x + 24;
  edge(picture, `M${x} ${from.y + from.height} V${to.y}`, value);
  label(picture, x + 14, (from.y + from.height + to.y) / 2 + 5, text, 'rate', 'start');
}

// Ten times the data is two pixels more.
function edge(picture, path, value) {
  const width = value > 0 ? Math.min(10, 2 + 2 * Math.log10(1 + value)) : 2;
  picture.append(
    svg('path', {d: path, 'stroke-width': width, class: value > 0 ? 'edge' : 'edge idle'}));
}

function label(picture, x, y, text, style, anchor) {
  picture.append(svg('text', {x, y, class: style, 'text-anchor': anchor}, text));
}

function cut(text, width) {
  const most = Math.max(4, Math.floor(width / 7.4));
  return text.length <= most ? text : text.slice(0, most - 1) + '…';
}
