// Numbers and times as people read them, and elements made without markup in strings.

const SCALES = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']];

export function count(value) {
  for (const [scale, letter] of SCALES) {
    if (Math.abs(value) >= scale * 0.9995) {
      return (value / scale).toPrecision(3).replace(/\.?0+$/, '') + letter;
    }
  }
  return value === 0 || Math.abs(value) >= 100 || Number.isInteger(value)
    ? String(Math.round(value))
    : value.toPrecision(2);
}

export const rate = (value) => count(value) + '/s';

export function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return (unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)) + ' ' + units[unit];
}

export const percent = (value) =>
  (value > 0 && value < 0.1 ? (value * 100).toFixed(1) : Math.round(value * 100)) + ' %';

export function duration(seconds) {
  if (seconds < 10) return seconds.toFixed(1) + ' s';
  if (seconds < 120) return Math.round(seconds) + ' s';
  if (seconds < 7200) return Math.round(seconds / 60) + ' min';
  if (seconds < 172800) return Math.round(seconds / 3600) + ' h';
  return Math.round(seconds / 86400) + ' d';
}

export const clock = (time) =>
  new Date(time).toLocaleString([], {
    month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit',
    hourCycle: 'h23',
  });

// element('p.quiet', {id: 'x'}, 'text', child...): texts are always texts.
export function element(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const made = document.createElement(tag);
  made.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

// A long id may go on in the next line behind a dot or an underscore.
export function breakable(text) {
  const parts = text.split(/(?<=[_.:/])/);
  return parts.flatMap((part, index) => (index === 0 ? [part] : [element('wbr'), part]));
}

export function svg(tag, attributes = {}, text = null) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== null) made.textContent = text;
  return made;
}
