// Stryker's test runner for scripts/mutate.mjs: Jest's own tests and matchers, without a new Jest for every mutant. A mutant costs what its tests
// cost, some milliseconds, and not the second that Jest needs to start: compiled files are kept, and only lib/ and test/ are executed again.
// What needs Jest's module registry (jest.mock) is left out by stryker.config.mjs.
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import * as vm from 'node:vm';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';

const require = createRequire(import.meta.url);
const { transformSync } = require('@swc/core');
const circus = require('jest-circus');
const { jestExpect } = require('@jest/expect');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');
const { SnapshotState } = require('jest-snapshot');

/** Runs of a property: each mutant meets the same few, so that its fate does not depend on luck. */
const PROPERTY = { numRuns: 20, seed: 1 };

const NAMESPACE = INSTRUMENTER_CONSTANTS.NAMESPACE;
const mocker = new ModuleMocker(globalThis);

/** The project's modules, executed again after each `forget`. */
class Modules {
  compiled = new Map();
  loaded = new Map();

  forget() {
    this.loaded.clear();
  }

  load(file) {
    const known = this.loaded.get(file);
    if (known) return known.exports;
    const module = { exports: {}, filename: file, id: file };
    this.loaded.set(file, module);
    if (file.endsWith('.json')) module.exports = JSON.parse(fs.readFileSync(file, 'utf8'));
    else this.compile(file)(module.exports, this.requireFrom(file), module, file, path.dirname(file), this.jestFor());
    return module.exports;
  }

  compile(file) {
    if (!this.compiled.has(file)) {
      const source = fs.readFileSync(file, 'utf8');
      const code = file.endsWith('.ts')
        ? transformSync(source, {
            filename: file,
            jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
            module: { type: 'commonjs' },
            sourceMaps: false,
          }).code
        : source;
      const names = ['exports', 'require', 'module', '__filename', '__dirname', 'jest'];
      this.compiled.set(file, vm.compileFunction(code, names, { filename: file }));
    }
    return this.compiled.get(file);
  }

  requireFrom(file) {
    const native = createRequire(file);
    const resolve = (name) => {
      if (!/^[./]/.test(name)) return native.resolve(name);
      const base = path.resolve(path.dirname(file), name);
      const found = [base, `${base}.ts`, path.join(base, 'index.ts'), `${base}.js`].find(
        (candidate) => fs.existsSync(candidate) && fs.statSync(candidate).isFile(),
      );
      return found ?? native.resolve(name);
    };
    const load = (name) => {
      if (name === 'fast-check') return fewRuns(native(name));
      if (!/^[./]/.test(name)) return native(name);
      const found = resolve(name);
      return found.includes('/node_modules/') ? native(found) : this.load(found);
    };
    return Object.assign(load, { resolve, main: undefined, cache: {} });
  }

  jestFor() {
    const modules = this;
    return {
      fn: mocker.fn.bind(mocker),
      spyOn: mocker.spyOn.bind(mocker),
      restoreAllMocks: () => mocker.restoreAllMocks(),
      isolateModules(body) {
        const kept = modules.loaded;
        modules.loaded = new Map();
        try {
          body();
        } finally {
          modules.loaded = kept;
        }
      },
      useFakeTimers: (options) => timers().useFakeTimers(options),
      useRealTimers: () => timers().useRealTimers(),
      advanceTimersByTime: (ms) => timers().advanceTimersByTime(ms),
      advanceTimersByTimeAsync: (ms) => timers().advanceTimersByTimeAsync(ms),
    };
  }
}

let fake;
function timers() {
  fake ??= new ModernFakeTimers({ config: { fakeTimers: {}, rootDir: process.cwd() }, global: globalThis });
  return fake;
}

class MutationRunner {
  static inject = tokens(commonTokens.options);
  modules = new Modules();

  constructor(options) {
    this.files = options.mutation.tests;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    process.env.NODE_ENV = 'test';
    process.env.FORCE_COLOR = '0';
    const { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } = circus;
    Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, it, test, expect: jestExpect });
    globalThis[NAMESPACE] ??= {};
    // A socket of a mutant may throw when its tests are over. That is nobody's failure then, and must not end the runner; during tests Jest listens in this place.
    process.on('uncaughtException', () => {});
    circus.addEventHandler((event) => {
      if (event.name === 'test_start') {
        this.space.currentTestId = idOf(this.current, event.test);
        jestExpect.setState({ currentTestName: nameIn(event.test), suppressedErrors: [] });
      }
      if (event.name === 'test_done') {
        this.space.currentTestId = undefined;
        // Snapshots that differ do not throw; they wait here.
        event.test.errors.push(...jestExpect.getState().suppressedErrors);
        jestExpect.setState({ suppressedErrors: [] });
        this.noticed ||= event.test.errors.length > 0;
      }
    });
  }

  get space() {
    return globalThis[NAMESPACE];
  }

  /**
   * What runs while a file is loaded runs for all tests of that file, and for no other: everything is loaded again for each of them, with its mutant in it. Stryker would count it
   * as "static", to be tried with every test there is.
   */
  async dryRun() {
    const perTest = {};
    const tests = [];
    for (const file of this.files) {
      this.space.mutantCoverage = { static: {}, perTest: {} };
      const results = await this.runFile(path.resolve(file), undefined, undefined);
      const { static: loading, perTest: running } = this.space.mutantCoverage;
      for (const { id } of results) perTest[id] = sumOf(loading, running[id] ?? {});
      tests.push(...results);
    }
    this.space.mutantCoverage = undefined;
    return { status: DryRunStatus.Complete, tests, mutantCoverage: { static: {}, perTest } };
  }

  async mutantRun({ activeMutant, testFilter, disableBail, hitLimit }) {
    const asked = testFilter && new Set(testFilter);
    const files = this.files
      .map((file) => path.resolve(file))
      .filter((file) => asked === undefined || testFilter.some((id) => id.startsWith(`${nameOf(file)}: `)));
    const tests = [];
    this.space.hitLimit = hitLimit;
    this.space.hitCount = hitLimit ? 0 : undefined;
    try {
      for (const file of files) {
        tests.push(...(await this.runFile(file, asked, activeMutant.id, !disableBail)));
        const late = determineHitLimitReached(this.space.hitCount, this.space.hitLimit);
        if (late) return toMutantRunResult(late, disableBail);
        if (!disableBail && tests.some(({ status }) => status === TestStatus.Failed)) break;
      }
    } finally {
      this.space.activeMutant = undefined;
      this.space.hitLimit = undefined;
    }
    return toMutantRunResult({ status: DryRunStatus.Complete, tests }, disableBail);
  }

  /** The results of one file's tests; a file that cannot be loaded with its mutant is one that failed. */
  async runFile(file, asked, mutant, bail = false) {
    this.current = file;
    this.noticed = false;
    this.modules.forget();
    circus.resetState();
    const state = circus.getState();
    const snapshots = new SnapshotState(path.join(path.dirname(file), '__snapshots__', `${path.basename(file)}.snap`), {
      updateSnapshot: 'none',
      snapshotFormat: { escapeString: false, printBasicPrototype: false },
      rootDir: process.cwd(),
    });
    jestExpect.setState({ snapshotState: snapshots, testPath: file });
    this.space.activeMutant = mutant;
    try {
      this.modules.load(file);
    } catch (error) {
      if (mutant === undefined) throw error;
      return [
        {
          id: nameOf(file),
          name: nameOf(file),
          timeSpentMs: 0,
          status: TestStatus.Failed,
          failureMessage: String(error),
        },
      ];
    }
    // The first test that notices a mutant is enough.
    if (asked)
      state.testNamePattern = { test: (name) => !(bail && this.noticed) && asked.has(`${nameOf(file)}: ${name}`) };
    const { testResults, unhandledErrors } = await circus.run();
    const results = testResults.map(({ testPath, status, errors, duration }) => {
      const id = `${nameOf(file)}: ${testPath.slice(1).join(' ')}`;
      const result = { id, name: id, timeSpentMs: duration ?? 0, fileName: file };
      if (status === 'skip' || status === 'todo') return { ...result, status: TestStatus.Skipped };
      if (errors.length === 0) return { ...result, status: TestStatus.Success };
      return { ...result, status: TestStatus.Failed, failureMessage: errors.join('\n').slice(0, 400) };
    });
    if (unhandledErrors.length === 0) return results;
    return [
      ...results,
      {
        id: nameOf(file),
        name: nameOf(file),
        timeSpentMs: 0,
        status: TestStatus.Failed,
        failureMessage: String(unhandledErrors[0]),
      },
    ];
  }
}

function sumOf(a, b) {
  const sum = { ...a };
  for (const [mutant, hits] of Object.entries(b)) sum[mutant] = (sum[mutant] ?? 0) + hits;
  return sum;
}

function fewRuns(fc) {
  const assert = (property, options = {}) =>
    fc.assert(property, {
      ...options,
      ...PROPERTY,
      numRuns: Math.min(PROPERTY.numRuns, options.numRuns ?? PROPERTY.numRuns),
    });
  return { ...fc, assert, default: { ...fc.default, assert } };
}

function nameOf(file) {
  return path.relative(process.cwd(), file);
}

function nameIn(test) {
  const names = [];
  for (let at = test; at?.parent; at = at.parent) names.unshift(at.name);
  return names.join(' ');
}

function idOf(file, test) {
  return `${nameOf(file)}: ${nameIn(test)}`;
}

function createRunner(options) {
  return new MutationRunner(options);
}
createRunner.inject = tokens(commonTokens.options);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'mutation', createRunner)];
export const strykerValidationSchema = {
  properties: {
    mutation: { type: 'object', properties: { tests: { type: 'array', items: { type: 'string' } } } },
  },
};
