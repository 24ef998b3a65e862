// One span, one log record and one data point by the OTel JS SDK, set up by nothing but the
// environment (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL, ...).
//
//     node client.mjs CHECK      also reads TEST_PASSWORD and TEST_TOKEN
import {
  ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, diag, DiagLogLevel, metrics, trace,
} from '@opentelemetry/api';
import { logs, SeverityNumber } from '@opentelemetry/api-logs';
import { NodeSDK } from '@opentelemetry/sdk-node';

const check = process.argv[2];
const password = process.env.TEST_PASSWORD;
const token = process.env.TEST_TOKEN;

// Whatever the SDK complains about is a failure: its exporters swallow errors otherwise.
let complaints = 0;
const complain = (...text) => {
  complaints++;
  console.error('js:', ...text);
};
const quiet = () => {};
diag.setLogger(
  { error: complain, warn: complain, info: quiet, debug: quiet, verbose: quiet },
  DiagLogLevel.WARN);

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = '00f067aa0ba902b7';
const sdk = new NodeSDK({
  idGenerator: { generateTraceId: () => TRACE, generateSpanId: () => 'b7ad6b7169203331' },
});
sdk.start();

// The same span every time, so that the encodings can be compared.
const at = (nanos) => [1700000000, nanos];
const parent = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: TRACE, spanId: PARENT, traceFlags: TraceFlags.SAMPLED, isRemote: true,
});
const span = trace.getTracer('test.clients', '1.0.0').startSpan('checkout', {
  kind: SpanKind.SERVER,
  startTime: at(1),
  links: [{
    context: { traceId: TRACE, spanId: PARENT, traceFlags: TraceFlags.NONE },
    attributes: { 'link.kind': 'retry' },
  }],
  attributes: {
    check,
    'user.password': password,
    text: 'Grüße, 世界 🛒',
    truth: true,
    integer: 42,
    negative: -7,
    large: 9007199254740991,
    real: 0.1,
    texts: ['a', 'b'],
    integers: [1, 2, 3],
    reals: [0.5, 1.5],
    truths: [true, false],
  },
}, parent);
span.addEvent('paid', { amount: 12.5, 'card.password': password }, at(2));
span.setStatus({ code: SpanStatusCode.ERROR, message: 'out of stock' });
span.end(at(250_000_000));

logs.getLogger('test.clients').emit({
  severityNumber: SeverityNumber.WARN,
  severityText: 'WARN',
  body: `sent Authorization: Bearer ${token} to the shop`,
  attributes: { check, password },
});

metrics.getMeter('test.clients').createCounter('carts')
  .add(3, { check, 'user.password': password });

// Exports the rest; the one and only collection of the metrics too.
await sdk.shutdown();
process.exit(complaints === 0 ? 0 : 1);
