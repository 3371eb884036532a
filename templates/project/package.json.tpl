{
  "name": "{{name}}",
  "private": true,
  "scripts": {
    "synth": "tsx main.ts",
    "check": "holdfast check manifests",
    "test": "tsc --noEmit && jest"
  },
  "dependencies": {
    "cdk8s": "{{range:cdk8s}}",
    "cdk8s-plus-28": "{{range:cdk8s-plus-28}}",
    "constructs": "{{range:constructs}}",
    "holdfast": "{{range:holdfast}}"
  },
  "devDependencies": {
    "@swc/core": "{{range:@swc/core}}",
    "@swc/jest": "{{range:@swc/jest}}",
    "@types/jest": "{{range:@types/jest}}",
    "@types/node": "{{range:@types/node}}",
    "jest": "{{range:jest}}",
    "tsx": "{{range:tsx}}",
    "typescript": "{{range:typescript}}"
  }
}
