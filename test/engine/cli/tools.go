//go:build tools

// Package engine names the program that the suite builds: Pulumi's command line with its engine.
package engine

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
