import { Bundle, type Manifest, type Origin } from '../../lib/manifest';
import { WORKLOAD_KINDS } from '../../lib/system';

/** A bundle that remembers which kinds were asked for. */
export class RecordingBundle extends Bundle {
  readonly asked = new Set<string>();

  constructor(bundle: Bundle) {
    super(bundle.objects, new Map(bundle.objects.map((object) => [object, bundle.originOf(object) as Origin])), bundle);
    const all = this.objects;
    // A property, so that whoever goes through all objects is seen.
    Object.defineProperty(this, 'objects', {
      get: () => {
        this.asked.add('*');
        return all;
      },
    });
  }

  override ofKind(...kinds: readonly string[]): readonly Manifest[] {
    for (const kind of kinds) this.asked.add(kind);
    return super.ofKind(...kinds);
  }

  override find(kind: string, namespace: string, name: string): Manifest | undefined {
    this.asked.add(kind);
    return super.find(kind, namespace, name);
  }

  override selectedBy(namespace: string, labels: Readonly<Record<string, unknown>>): readonly Manifest[] {
    for (const kind of WORKLOAD_KINDS) this.asked.add(kind);
    return super.selectedBy(namespace, labels);
  }
}
