language: typescript
app: npx tsx main.ts
output: manifests
