#!/usr/bin/env node
/**
 * The `oxidite` command.
 *
 * It is CommonJS in the oldest syntax, so that every Node can read it far enough to say that it is too old. `--version` is
 * answered before anything is imported. In a checkout of the sources (recognised by ../src, which is not published) the
 * packages are run from their TypeScript: a resolve hook adds the condition `oxidite-source` to every import of this
 * process, and NODE_OPTIONS hands it to the processes it starts. Under npm, .npmrc has set the condition already.
 */
'use strict';

var manifest = require('../package.json');

var tooOld = describeOldNode(process.versions.node, manifest.engines.node);
if (tooOld !== undefined) {
  process.stderr.write(tooOld + '\n');
  process.exitCode = 1;
} else if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-v')) {
  process.stdout.write(manifest.version + '\n');
} else {
  run();
}

function run() {
  var nodeModule = require('module');
  if (nodeModule.enableCompileCache) nodeModule.enableCompileCache(); // not every runtime has it
  var sources = require('fs').existsSync(__dirname + '/../src/main.ts');
  if (sources) useSources(nodeModule);
  var directory = sources ? '../src/' : '../dist/';
  var extension = sources ? '.ts' : '.js';
  var main = require(directory + 'main' + extension).main;
  var host = require(directory + 'process/host' + extension).createHost(process, manifest.version);
  main(host).then(end, function (error) {
    process.stderr.write((error && error.stack ? error.stack : error) + '\n'); // no error of a command comes here
    end(1);
  });
}

function end(code) {
  flush(process.stdout, function () {
    flush(process.stderr, function () {
      process.exit(code); // what a command has left open must not keep the user waiting
    });
  });
}

function useSources(nodeModule) {
  var condition = 'oxidite-source';
  var options = process.env.NODE_OPTIONS || '';
  if ((options + ' ' + process.execArgv.join(' ')).indexOf(condition) >= 0) return;
  process.env.NODE_OPTIONS = (options + ' --conditions=' + condition).trim();
  nodeModule.registerHooks({
    resolve: function (specifier, context, next) {
      return next(specifier, Object.assign({}, context, { conditions: (context.conditions || []).concat(condition) }));
    },
  });
}

function flush(stream, done) {
  stream.write('', done);
}

/** Returns what to tell the user of a Node below `range` (">=22.18"), or undefined. */
function describeOldNode(version, range) {
  var found = version.split('.').map(Number);
  var needed = range.replace('>=', '').split('.').map(Number);
  var enough = found[0] > needed[0] || (found[0] === needed[0] && found[1] >= needed[1]);
  if (enough) return undefined;
  return (
    'Oxidite needs Node ' +
    needed.join('.') +
    ' or newer, but this is Node ' +
    version +
    '. Install a newer one from https://nodejs.org, or with your version manager: nvm install ' +
    needed[0] +
    '.'
  );
}
