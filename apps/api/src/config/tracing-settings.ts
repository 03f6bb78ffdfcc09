import { z } from 'zod';
import { ConfigError, readEnvFile } from './config';

const url = z.url({ protocol: /^https?$/, error: 'must be the http:// or https:// URL of an OTLP receiver' });
const protocol = z.literal('http/protobuf', {
  error: 'must be http/protobuf: traces are sent in no other way',
});

const schema = z.object({
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none']).default('otlp'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol.optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol.optional(),
  OTEL_SERVICE_NAME: z.string().min(1).max(255).default('the-new-fuse'),
  OTEL_TRACES_SAMPLER: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_BSP_SCHEDULE_DELAY: z.coerce.number().int().min(1).max(3_600_000).default(5000),
});

/** Where traces go and which are taken, by the names that OpenTelemetry gives these settings. */
export type TracingSettings = Readonly<z.infer<typeof schema>>;

/**
 * Undefined where nobody asked for traces. The libraries that send them read further settings (headers, certificates,
 * timeouts) from the environment by themselves, so those of `.env` are put there.
 * @throws ConfigError naming every setting that is wrong
 */
export function tracingSettings(): TracingSettings | undefined {
  const fromFile = Object.entries(readEnvFile()).filter(([name]) => name.startsWith('OTEL_'));
  for (const [name, value] of fromFile) process.env[name] ??= value;
  const given = Object.entries(process.env).filter(([name, value]) => name in schema.shape && value !== '');
  const result = schema.safeParse(Object.fromEntries(given));
  if (!result.success) {
    throw new ConfigError(
      result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'),
    );
  }
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, ...rest } = result.data;
  const off = rest.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || rest.OTEL_TRACES_EXPORTER === 'none';
  const asked = OTEL_EXPORTER_OTLP_ENDPOINT ?? OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  return off || asked === undefined ? undefined : result.data;
}
