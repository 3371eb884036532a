export { HoldfastApp, type HoldfastAppProps } from './holdfast-app';
