// The way to the daemon: a stream of events in, small POSTs out.

/** The daemon beats every 2 s. After this silence the screen may be wrong. */
const SILENT_MS = 5000;
const RETRY_MS = 500;
const SLOWEST_RETRY_MS = 2000;
/** As many as the daemon takes in one message. */
const MOST_KEYS = 32;

/**
 * @param on `screen(view)`: draw this; `broken()`: the stream ended, a new one is being opened; `lost()`: no word from
 * the daemon for 5 s.
 */
export function openLink(on) {
  const link = new Link(on);
  link.connect();
  setInterval(() => link.watch(), 500);
  return link;
}

class Link {
  constructor(on) {
    this.on = on;
    this.heardMs = performance.now();
    this.lost = false;
    this.retryMs = RETRY_MS;
    this.shown = 0;
    this.keys = [];
    this.firstKey = 0;
    this.sending = false;
  }

  connect() {
    this.triedMs = performance.now();
    const stream = new EventSource('/events');
    this.stream = stream;
    const when = (name, run) =>
      stream.addEventListener(name, (event) => {
        if (this.stream !== stream) return;
        this.heardMs = performance.now();
        run(JSON.parse(event.data));
      });
    when('hello', (hello) => this.hello(hello));
    when('screen', (view) => {
      this.lost = false;
      this.on.screen(view);
    });
    when('beat', () => this.post('/seen', { painted: this.shown }));
    stream.addEventListener('error', () => this.drop(stream));
  }

  hello({ session, token, build }) {
    // The daemon was updated while this page was open.
    if (build !== document.documentElement.dataset.build) return location.reload();
    this.session = session;
    this.token = token;
    this.shown = 0;
    this.keys = [];
    this.firstKey = 0;
    this.retryMs = RETRY_MS;
  }

  /** Gives up this stream and opens another after a while. Keys that were not taken go with it. */
  drop(stream) {
    if (this.stream !== stream) return;
    stream.close();
    this.stream = undefined;
    this.session = undefined;
    this.keys = [];
    this.on.broken();
    setTimeout(() => this.connect(), this.retryMs * (0.75 + Math.random() / 2));
    this.retryMs = Math.min(2 * this.retryMs, SLOWEST_RETRY_MS);
  }

  watch() {
    const now = performance.now();
    if (now - this.heardMs <= SILENT_MS) return;
    if (!this.lost) {
      this.lost = true;
      this.on.lost();
    }
    // Open and silent: the daemon hangs. A stream is given as long to say its first word.
    if (this.stream && now - this.triedMs > SILENT_MS) this.drop(this.stream);
  }

  painted(number) {
    this.shown = number;
    this.post('/seen', { painted: number });
  }

  /** Takes a key only while there is a listener: a key that waits would be pressed into another sale. */
  press(key) {
    if (!this.session || this.lost || this.keys.length >= 2 * MOST_KEYS) return false;
    this.keys.push(key);
    this.sendKeys();
    return true;
  }

  /** One message under way at a time keeps them in order; their numbers keep them single when one is sent again. */
  async sendKeys() {
    if (this.sending) return;
    this.sending = true;
    while (this.session && this.keys.length > 0) {
      const { session } = this;
      const keys = this.keys.slice(0, MOST_KEYS);
      const taken = await this.post('/keys', { first: this.firstKey, keys });
      if (this.session !== session) continue;
      if (taken) {
        this.keys.splice(0, keys.length);
        this.firstKey += keys.length;
      } else await new Promise((resolve) => setTimeout(resolve, 300));
    }
    this.sending = false;
  }

  async post(path, body) {
    const { session, stream } = this;
    if (!session) return false;
    try {
      const answer = await fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-gopay-pos-token': this.token },
        body: JSON.stringify({ session, ...body }),
        credentials: 'omit',
        redirect: 'error',
        signal: AbortSignal.timeout(4000),
      });
      // Any no means that this page is not who the daemon thinks: begin anew.
      if (!answer.ok) this.drop(stream);
      return answer.ok;
    } catch {
      // Not delivered, or not answered: keys are sent again with the same numbers, and the watch does the rest.
      return false;
    }
  }
}
