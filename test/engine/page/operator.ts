import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { load } from 'js-yaml';
import { type Cluster, namespaceOf } from '../stand-ins/cluster';
import { ended, type Ran, ROOT, Workbench } from '../support/workbench';

/** The API server of the cluster that the page is followed on, as gcloud finds it. */
export const SERVER = 'https://chat.gke.invalid';
export const CONTEXT = 'gke_my-project_europe-west1_chat';

/** Somebody who follows docs/deploy.md, in one shell, in a checkout of this project. */
export class Operator {
  readonly bench = new Workbench();
  /** What the shell exported so far. */
  private readonly session = path.join(this.bench.folder, 'session.sh');

  /** The API servers that the kubeconfig knows by now, beside the one that gcloud adds. */
  private readonly contexts: Record<string, string> = { production: 'https://production.invalid' };

  /** A checkout under version control, and a project on Google Cloud with the cluster that everything goes to. */
  async begin(): Promise<void> {
    const { bench } = this;
    fs.copyFileSync(path.join(ROOT, '.gitignore'), path.join(bench.project, '.gitignore'));
    // Here they are links, which a pattern for folders does not match.
    fs.appendFileSync(path.join(bench.project, '.gitignore'), 'node_modules\n');
    await bench.must(
      [
        'git config --global user.name operator',
        'git config --global user.email operator@example.com',
        'git init --quiet --initial-branch=main',
        'git add .',
        "git commit --quiet --message 'As it was'",
      ].join('\n'),
    );
    this.google();
  }

  /** Google Cloud with the cluster and nothing else. */
  google(): void {
    for (const id of Object.keys(this.bench.google.all())) this.bench.google.remove(id);
    this.bench.google.put('projects/my-project/locations/europe-west1/clusters/chat', {
      type: 'gcp:container/cluster:Cluster',
      name: 'chat',
      endpoint: 'chat.gke.invalid',
    });
  }

  /** The shell that the page is typed into: what is exported stays. */
  type(commands: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    return this.bench.run(this.inSession(commands), env);
  }

  /** The same, for what must succeed. */
  async must(commands: string): Promise<string> {
    const ran = await this.type(commands);
    if (ran.code !== 0) throw new Error(`${commands} ended with ${ran.code}:\n${ran.text}`);
    return ran.stdout;
  }

  /** `pulumi up` whose engine is killed once it began to make what `seen` waits for. */
  async killedUp(seen: () => boolean): Promise<void> {
    const child = this.bench.start(this.inSession('pulumi up --skip-preview'));
    const running = ended(child);
    while (!seen()) {
      if (child.exitCode !== null) throw new Error(`it ended before it was killed:\n${(await running).text}`);
      await sleep(100);
    }
    process.kill(-(child.pid as number), 'SIGKILL');
    await running;
  }

  /** Another context for the kubeconfig, behind which there is a cluster. */
  addContext(name: string, server: string): void {
    this.contexts[name] = server;
    this.bench.kubeconfig({ [CONTEXT]: SERVER, ...this.contexts });
  }

  get cluster(): Cluster {
    return this.bench.cluster(SERVER);
  }

  /** The names of everything of a kind in the namespace of production, or in the cluster. */
  names(kind: string): readonly string[] {
    const objects = this.cluster.objects().filter((object) => object.kind === kind);
    return objects
      .filter((object) => [undefined, 'coditect-app'].includes(namespaceOf(object)))
      .map(({ metadata }) => metadata.name);
  }

  /** Takes production out of the cluster and out of the state, as if Pulumi had never seen it. */
  async forget(): Promise<void> {
    this.cluster.remove('Namespace', undefined, 'coditect-app');
    this.google();
    await this.must('pulumi stack rm --force --preserve-config --yes production\npulumi stack init production');
    this.bench.journal();
  }

  /** Changes a file and commits it, as a colleague whose change is to be deployed next. */
  async change(file: string, change: (text: string) => string): Promise<void> {
    this.bench.edit([file, change]);
    await this.must(`git commit --quiet --message 'A change of ${file}' ${file}`);
  }

  /** The configuration of a stack, as its file has it. */
  configuration(stack: string): Readonly<Record<string, unknown>> {
    return (load(this.bench.read(`stacks/Pulumi.${stack}.yaml`)) as { config: Record<string, unknown> }).config;
  }

  private inSession(commands: string): string {
    return `if [ -f '${this.session}' ]; then . '${this.session}'; fi\ntrap "export -p > '${this.session}'" EXIT\n${commands}`;
  }
}
