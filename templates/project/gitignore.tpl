node_modules/
manifests/
