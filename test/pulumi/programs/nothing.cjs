// What `pulumi new javascript` makes.
require('@pulumi/pulumi');
