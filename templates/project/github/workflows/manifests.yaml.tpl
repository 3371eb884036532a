# What a pull request must pass: the environments compile, their snapshots are those that were reviewed, and the manifests hold.
name: manifests
on: pull_request
permissions:
  contents: read
jobs:
  manifests:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 22, cache: npm }
      - run: npm ci
      - run: npm test
      - run: npm run synth
      - run: npx holdfast check manifests --format github
