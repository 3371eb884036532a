import * as fs from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';
import type { Fields, Shape, TypeTable } from './sdk-types';

/** The resources whose inputs the stand-ins check. */
const RESOURCES = [
  'gcp:compute/globalAddress:GlobalAddress',
  'gcp:compute/sSLPolicy:SSLPolicy',
  'gcp:compute/securityPolicy:SecurityPolicy',
  'gcp:container/cluster:Cluster',
  'gcp:container/nodePool:NodePool',
  'gcp:dns/recordSet:RecordSet',
  'gcp:gkebackup/backupPlan:BackupPlan',
  'gcp:gkebackup/restorePlan:RestorePlan',
  'gcp:logging/metric:Metric',
  'gcp:monitoring/alertPolicy:AlertPolicy',
  'gcp:monitoring/customService:CustomService',
  'gcp:monitoring/notificationChannel:NotificationChannel',
  'gcp:monitoring/slo:Slo',
  'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig',
  'gcp:projects/iAMMember:IAMMember',
  'gcp:redis/instance:Instance',
  'gcp:serviceaccount/account:Account',
  'kubernetes:apps/v1:Deployment',
  'kubernetes:apps/v1:StatefulSet',
  'kubernetes:autoscaling/v2:HorizontalPodAutoscaler',
  'kubernetes:core/v1:ConfigMap',
  'kubernetes:core/v1:Namespace',
  'kubernetes:core/v1:PersistentVolumeClaim',
  'kubernetes:core/v1:Secret',
  'kubernetes:core/v1:Service',
  'kubernetes:core/v1:ServiceAccount',
  'kubernetes:networking.k8s.io/v1:Ingress',
  'kubernetes:networking.k8s.io/v1:NetworkPolicy',
  'kubernetes:policy/v1:PodDisruptionBudget',
];

/** The types of the resources and of everything within them, read from the declarations of the SDKs in `modules`. */
export function typeTable(modules: string): TypeTable {
  const table: Record<string, Fields> = {};
  for (const provider of ['gcp', 'kubernetes']) {
    const folder = path.join(modules, '@pulumi', provider);
    const nested = interfaces(source(path.join(folder, 'types', 'input.d.ts')));
    const add = (name: string, declaration: ts.InterfaceDeclaration | undefined) => {
      if (declaration === undefined || table[name] !== undefined) return;
      const fields = fieldsOf(declaration, `${provider} `);
      table[name] = fields;
      for (const { shape } of Object.values(fields)) {
        for (const other of namesIn(shape)) add(other, nested.get(other.slice(provider.length + 1)));
      }
    };
    for (const type of RESOURCES.filter((resource) => resource.startsWith(`${provider}:`))) {
      const [, module = '', name = ''] = type.split(':');
      const file = fileOf(folder, provider === 'gcp' ? module : `${module.replace(/\.k8s\.io/, '')}/${name}`);
      const declaration = interfaces(source(file)).get(`${name}Args`);
      if (declaration === undefined) throw new Error(`${file} declares no ${name}Args`);
      add(type, declaration);
    }
  }
  return table;
}

/** SDKs name files after resources, in letters of either case. */
function fileOf(folder: string, module: string): string {
  const wanted = `${path.basename(module)}.d.ts`.toLowerCase();
  const within = path.join(folder, path.dirname(module));
  const file = fs.readdirSync(within).find((name) => name.toLowerCase() === wanted);
  if (file === undefined) throw new Error(`no ${wanted} in ${within}`);
  return path.join(within, file);
}

function source(file: string): ts.SourceFile {
  return ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
}

/** Interfaces by their name with the namespaces around them. */
function interfaces(file: ts.SourceFile): ReadonlyMap<string, ts.InterfaceDeclaration> {
  const found = new Map<string, ts.InterfaceDeclaration>();
  const visit = (node: ts.Node, prefix: string): void => {
    if (ts.isInterfaceDeclaration(node)) found.set(`${prefix}${node.name.text}`, node);
    else if (ts.isModuleDeclaration(node) && node.body !== undefined)
      ts.forEachChild(node.body, (child) => visit(child, `${prefix}${node.name.text}.`));
  };
  ts.forEachChild(file, (child) => visit(child, ''));
  return found;
}

function fieldsOf(declaration: ts.InterfaceDeclaration, prefix: string): Fields {
  return Object.fromEntries(
    declaration.members.flatMap((member) =>
      ts.isPropertySignature(member) &&
      member.type !== undefined &&
      (ts.isIdentifier(member.name) || ts.isStringLiteral(member.name))
        ? [[member.name.text, { shape: shapeOf(member.type, prefix), required: member.questionToken === undefined }]]
        : [],
    ),
  );
}

function shapeOf(type: ts.TypeNode, prefix: string): Shape {
  if (ts.isArrayTypeNode(type)) return { is: 'list', of: shapeOf(type.elementType, prefix) };
  if (ts.isUnionTypeNode(type)) {
    const kinds = type.types.filter((part) => part.kind !== ts.SyntaxKind.UndefinedKeyword);
    return kinds.length === 1 ? shapeOf(kinds[0] as ts.TypeNode, prefix) : { is: 'any' };
  }
  if (ts.isTypeLiteralNode(type)) {
    const index = type.members.find(ts.isIndexSignatureDeclaration);
    return index === undefined ? { is: 'any' } : { is: 'map', of: shapeOf(index.type, prefix) };
  }
  if (ts.isTypeReferenceNode(type)) {
    const name = nameOf(type.typeName);
    const [argument] = type.typeArguments ?? [];
    if (name === 'pulumi.Input' && argument !== undefined) return shapeOf(argument, prefix);
    return name.startsWith('inputs.')
      ? { is: 'named', name: `${prefix}${name.slice('inputs.'.length)}` }
      : { is: 'any' };
  }
  if (type.kind === ts.SyntaxKind.StringKeyword) return { is: 'string' };
  if (type.kind === ts.SyntaxKind.NumberKeyword) return { is: 'number' };
  if (type.kind === ts.SyntaxKind.BooleanKeyword) return { is: 'boolean' };
  return { is: 'any' };
}

function nameOf(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : `${nameOf(name.left)}.${name.right.text}`;
}

function namesIn(shape: Shape): readonly string[] {
  if (shape.is === 'named') return [shape.name];
  return shape.is === 'list' || shape.is === 'map' ? namesIn(shape.of) : [];
}
