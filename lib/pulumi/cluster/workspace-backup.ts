import { BackupPlan } from '@pulumi/gcp/gkebackup/backupPlan';
import { RestorePlan } from '@pulumi/gcp/gkebackup/restorePlan';
import * as pulumi from '@pulumi/pulumi';
import { checkGoogleName } from '../../input/google-name';
import { checkInteger, checkLabelName } from '../../input/kubernetes';
import { Problems, shown } from '../../input/problems';

/** When volumes are copied and for how long the copies stay. */
export interface BackupProps {
  /** A schedule of five fields, in UTC. @default "0 3 * * *", every night */
  readonly cron?: string;
  /** 1 to 360. @default 30 */
  readonly retainDays?: number;
  /** For how many days nobody can delete a copy, 0 to 90 and at most as long as it is kept. @default 7 */
  readonly deleteLockDays?: number;
}

export interface WorkspaceBackupArgs extends BackupProps {
  readonly name: string;
  /** `projects/…/locations/…/clusters/…`; the cluster needs the backup agent. */
  readonly cluster: pulumi.Input<string>;
  /** Where the copies are kept: a region, best another one than the cluster's. */
  readonly location: string;
  /** The namespaces whose objects and volumes are copied. */
  readonly namespaces: readonly string[];
}

/** A night's work at most is lost; a month is left to notice; for a week neither a mistake nor an attacker can delete a copy. */
export const BACKUP_DEFAULTS = { cron: '0 3 * * *', retainDays: 30, deleteLockDays: 7 } as const;

/** Google refuses to keep more than 360 intervals of a schedule: at one copy a day, so many days. */
const MOST_RETAIN_DAYS = 360;

/** Five fields, each of digits and the marks of cron. */
const CRON = /^[\d*,/-]+( [\d*,/A-Za-z-]+){4}$/;

/** Notes everything wrong with a schedule. */
export function checkBackup(problems: Problems, props: BackupProps): void {
  const { cron, retainDays, deleteLockDays } = { ...BACKUP_DEFAULTS, ...props };
  if (!CRON.test(cron)) problems.add('cron', `${shown(cron)} is not a schedule of five fields, such as "0 3 * * *"`);
  checkInteger(problems, 'retainDays', retainDays, 1, MOST_RETAIN_DAYS);
  checkInteger(problems, 'deleteLockDays', deleteLockDays, 0, 90);
  if (deleteLockDays > retainDays) {
    problems.add(
      'deleteLockDays',
      `${deleteLockDays} is more than retainDays ${retainDays}; set it to at most ${retainDays}`,
    );
  }
}

/** Notes everything wrong with the arguments of a backup. */
export function checkWorkspaceBackup(problems: Problems, args: WorkspaceBackupArgs): void {
  checkGoogleName(problems, 'name', args.name);
  checkBackup(problems, args);
  if (args.namespaces.length === 0) problems.add('namespaces', 'is empty, so nothing would be copied; name one');
  args.namespaces.forEach((namespace, i) => {
    checkLabelName(problems, `namespaces[${i}]`, namespace);
  });
}

/**
 * Copies of the volumes of a namespace by Backup for GKE, and a plan by which they are brought back. Secrets are not copied: a copy of one lives longer than the secret
 * should.
 *
 * The plan is protected: with it go all copies.
 *
 * @see https://docs.cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/concepts/backup-for-gke
 */
export class WorkspaceBackup extends pulumi.ComponentResource {
  readonly plan: BackupPlan;
  readonly restorePlan: RestorePlan;

  /** @throws {InvalidInputError} with everything that is wrong with `args` */
  constructor(name: string, args: WorkspaceBackupArgs, options: pulumi.ComponentResourceOptions = {}) {
    const problems = new Problems();
    checkWorkspaceBackup(problems, args);
    problems.throwIfAny();
    super('holdfast:gcp:WorkspaceBackup', name, { ...args }, options);

    const { cron, retainDays, deleteLockDays } = { ...BACKUP_DEFAULTS, ...args };
    const selectedNamespaces = { namespaces: [...args.namespaces] };
    this.plan = new BackupPlan(
      name,
      {
        name: args.name,
        cluster: args.cluster,
        location: args.location,
        backupConfig: { includeVolumeData: true, includeSecrets: false, selectedNamespaces },
        backupSchedule: { cronSchedule: cron },
        retentionPolicy: { backupRetainDays: retainDays, backupDeleteLockDays: deleteLockDays },
      },
      { parent: this, protect: true },
    );
    this.restorePlan = new RestorePlan(
      `${name}-restore`,
      {
        name: `${args.name}-restore`,
        cluster: args.cluster,
        location: args.location,
        backupPlan: this.plan.id,
        restoreConfig: {
          selectedNamespaces,
          // A restore over something that runs is refused rather than mixed with it.
          namespacedResourceRestoreMode: 'FAIL_ON_CONFLICT',
          volumeDataRestorePolicy: 'RESTORE_VOLUME_DATA_FROM_BACKUP',
          clusterResourceConflictPolicy: 'USE_EXISTING_VERSION',
          clusterResourceRestoreScope: { noGroupKinds: true },
        },
      },
      { parent: this },
    );
    this.registerOutputs({ plan: this.plan.id, restorePlan: this.restorePlan.id });
  }
}
