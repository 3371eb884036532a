# {{name}}

```sh
npm test        # types, snapshots, and every rule of holdfast check
npm run synth   # manifests/<environment>/, a file for each object
kubectl apply -f manifests/production/
```

`environments/production.ts` is the whole system in one literal. Before the first deployment the cluster needs a Secret `{{name}}-redis` with the key `url` in the namespace `{{name}}`, and the host `{{host}}` has to point to
the balancer's address. The application answers `/health` and `/ready` on port {{port}}.
