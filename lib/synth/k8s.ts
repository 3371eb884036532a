/**
 * The typed Kubernetes objects of cdk8s-plus-28, loaded without the classes around them: those are two thirds of its start-up time and
 * none of them is used at run time here.
 */
export * from 'cdk8s-plus-28/lib/imports/k8s';
