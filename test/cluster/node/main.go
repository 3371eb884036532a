// One binary for a whole Kubernetes node: its first argument says which part of it to be.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
)

var parts = map[string]func() *cobra.Command{
	"apiserver":   apiserver.NewAPIServerCommand,
	"controllers": controllers.NewControllerManagerCommand,
	"scheduler":   func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"proxy":       proxy.NewProxyCommand,
	"kubelet":     func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
	"policies":    newPoliciesCommand,
	"kubectl":     kubectl.NewDefaultKubectlCommand,
}

func main() {
	// A link named kubectl is kubectl, as a busybox would have it.
	name, arguments := filepath.Base(os.Args[0]), os.Args[1:]
	if parts[name] == nil && len(arguments) > 0 {
		name, arguments = arguments[0], arguments[1:]
	}
	part, known := parts[name]
	if !known {
		fmt.Fprintln(os.Stderr, "usage: kube apiserver|controllers|scheduler|kubelet|proxy|policies|kubectl [flags]")
		os.Exit(2)
	}
	os.Args = append([]string{name}, arguments...)
	if name == "kubectl" {
		kubectlutil.CheckErr(cli.RunNoErrOutput(part()))
		return
	}
	os.Exit(cli.Run(part()))
}

// newPoliciesCommand enforces NetworkPolicies on one node: new connections go through a queue, and this program judges them.
func newPoliciesCommand() *cobra.Command {
	var kubeconfig, node string
	command := &cobra.Command{
		Use: "policies",
		RunE: func(*cobra.Command, []string) error {
			config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
			if err != nil {
				return err
			}
			client, err := kubernetes.NewForConfig(config)
			if err != nil {
				return err
			}
			informers := informers.NewSharedInformerFactory(client, 0)
			controller, err := networkpolicy.NewController(
				client,
				informers.Networking().V1().NetworkPolicies(),
				informers.Core().V1().Namespaces(),
				informers.Core().V1().Pods(),
				nil, nil, nil, nil,
				networkpolicy.Config{NodeName: node},
			)
			if err != nil {
				return err
			}
			ctx := server.SetupSignalContext()
			informers.Start(ctx.Done())
			return controller.Run(ctx)
		},
	}
	command.Flags().StringVar(&kubeconfig, "kubeconfig", "", "how to reach the API server")
	command.Flags().StringVar(&node, "hostname-override", "node", "the node whose pods are guarded")
	return command
}
