import type { Command } from 'commander';
import { clientSettings } from '../config/client-settings';
import { WrongUsage } from './cli.errors';
import { type Io, print } from './io';
import { gatherMetrics, type PushSources } from './metrics-sources';
import { sendMetrics } from './metrics-client';

export interface PushOptions extends PushSources {
  readonly feature: string;
  readonly commit?: string;
}

export function addMetricsCommand(program: Command, io: Io): void {
  const metrics = program.command('metrics').description("a feature's metrics");
  metrics
    .command('push')
    .description('send what a commit brought to the server at FUSE_URL, with the API token in FUSE_TOKEN')
    .requiredOption('--feature <id>', 'the feature')
    .option('--range <revisions>', 'lines and files that `git diff` counts there, e.g. main...HEAD')
    .option('--lcov <file>', 'coverage from an lcov tracefile')
    .option('--cobertura <file>', 'coverage from a Cobertura report')
    .option('--tokens <count>', 'tokens used: all of them, or INPUT,OUTPUT or INPUT,OUTPUT,CACHED')
    .option('--model <name>', 'the model that used them')
    .option('--provider <name>', 'who runs the model')
    .option('--cost <amount>', 'what they cost, in USD')
    .option('--commit <id>', 'what counts once on the server; by default the commit that HEAD is')
    .action((options: PushOptions) => push(io, options));
}

async function push(io: Io, options: PushOptions): Promise<void> {
  const { url, token } = clientSettings(io.env);
  if (!url || !token) throw new WrongUsage('FUSE_URL and FUSE_TOKEN say where to send it, and as whom.');
  const { commit, ...fields } = await gatherMetrics(options);
  const metrics = await sendMetrics({ url, token, feature: options.feature, commit }, fields);
  const coverage = metrics.testCoverage === null ? 'unknown' : `${metrics.testCoverage.toFixed(1)} %`;
  print(
    io,
    `Feature ${options.feature}: ${metrics.linesOfCode} lines, coverage ${coverage}, ${metrics.tokensUsed} tokens.`,
  );
}
