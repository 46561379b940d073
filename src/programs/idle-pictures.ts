import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { IDLE_FOLDER, PictureCache, SCREEN_SIDE } from '../../devices/kit/picture-cache.js';
import { QrSearchProcess } from '../../devices/kit/qr-search-process.js';
import { messageOf } from '../base/fault.js';
import type { TerminalConfig } from '../config/terminal-tables.js';
import { FAULT } from '../core/fault/table.js';
import type { IdlePictures } from '../terminal/context.js';
import type { Environment } from './environment.js';
import { pictureFolder } from './screens.js';

interface Machine {
  readonly config: TerminalConfig;
  readonly environment: Environment;
  /** Of the process that opens them. */
  readonly pictureProgram?: string;
}

/** More than anybody looks at; each is a file of some hundred kB beside the journal. */
const MOST_PICTURES = 60;

/** The pictures of the idle screen: one, or those of a folder, by name. They are files of this machine, and nothing else. */
export function idlePictures(
  { config, environment, pictureProgram: program }: Machine,
  { picture, folder }: Extract<TerminalConfig['idle'], { readonly enabled: true }>,
): IdlePictures {
  const { timers } = environment;
  const log = environment.log.child('idle');
  const scaler = new QrSearchProcess({ timers, log, ...(program === undefined ? {} : { program }) });
  const pictures = new PictureCache({
    ...{ scaler, log, side: SCREEN_SIDE, fault: FAULT.idlePicture },
    ...{ folder: join(pictureFolder(config), IDLE_FOLDER), prefix: `${IDLE_FOLDER}/` },
  });
  const list =
    folder === undefined ? async () => ({ paths: picture ? [picture] : [] }) : () => listed(folder);
  return { list, pictures };
}

async function listed(folder: string): ReturnType<IdlePictures['list']> {
  try {
    const names = (await readdir(folder)).filter((name) => /^[^.].*\.(png|jpe?g)$/i.test(name)).sort();
    const paths = names.slice(0, MOST_PICTURES).map((name) => join(folder, name));
    if (names.length <= MOST_PICTURES) return { paths };
    return {
      paths,
      trouble: `${folder}: ${names.length} pictures, of which the first ${MOST_PICTURES} are shown`,
    };
  } catch (thrown) {
    return { paths: [], trouble: messageOf(thrown) };
  }
}
