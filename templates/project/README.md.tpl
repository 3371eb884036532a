# {{name}}

```sh
npm test        # types, snapshots, and every rule of holdfast check
npm run synth   # manifests/<environment>/, a file for each object
```

`environments/production.ts` is the whole system in one literal. The application answers `/health` and `/ready` on port {{port}}.

The first time, the namespace and the Secret that the pods read come before everything else:

```sh
kubectl apply -f manifests/production/00-namespace.{{name}}.yaml
kubectl -n {{name}} create secret generic {{name}}-redis --from-literal=url=redis://redis:6379   # yours
```

Then, and at every change:

```sh
kubectl diff  -f manifests/production/   # what will change in the cluster
kubectl apply -f manifests/production/
kubectl -n {{name}} rollout status deployment/{{name}} --timeout=10m
```

Point `{{host}}` to the address that `kubectl -n {{name}} get ingress {{name}}` prints; the certificate follows within an hour. Back: `git revert`, `npm run synth` and `kubectl apply` again, or at once
`kubectl -n {{name}} rollout undo deployment/{{name}}`. Everything away, volumes included: `kubectl delete namespace {{name}}`.
