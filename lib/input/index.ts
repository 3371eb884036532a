export { InvalidInputError, Problems } from './problems';
