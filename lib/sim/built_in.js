// Made of built_in.ts by `deno task bundle-sim`: change that, not this.
// @ts-self-types="./built_in.ts"
// sleeper_heap.ts
var before = (a, b) => a.at < b.at || a.at === b.at && a.order < b.order;
var SleeperHeap = class {
  #heap = [];
  #order = 0;
  #live = 0;
  /** How many are asleep. */
  get size() {
    return this.#live;
  }
  /** The earliest instant anyone sleeps until. */
  get earliest() {
    this.#dropDead();
    return this.#heap[0]?.at;
  }
  add(at, wake) {
    const sleeper = {
      at,
      order: this.#order++,
      wake
    };
    this.#live++;
    const heap = this.#heap;
    let i = heap.push(sleeper) - 1;
    while (i > 0) {
      const parent = i - 1 >> 1;
      if (!before(sleeper, heap[parent])) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = sleeper;
    return sleeper;
  }
  /** Takes a sleeper back. It stays in the heap as a shell, until it comes up or shells are the majority. */
  remove(sleeper) {
    if (sleeper.wake === void 0) return;
    sleeper.wake = void 0;
    this.#live--;
    if (this.#heap.length > 64 && this.#live < this.#heap.length / 2) {
      this.#heap = this.#heap.filter((s) => s.wake !== void 0).sort((a, b) => before(a, b) ? -1 : 1);
    }
  }
  /** Removes all who sleep until `at` or earlier; their wake functions, in order. */
  take(at) {
    const due = [];
    for (let top = this.#heap[0]; top !== void 0 && top.at <= at; top = this.#heap[0]) {
      this.#pop();
      if (top.wake === void 0) continue;
      due.push(top.wake);
      top.wake = void 0;
      this.#live--;
    }
    return due;
  }
  #dropDead() {
    while (this.#heap.length > 0 && this.#heap[0].wake === void 0) this.#pop();
  }
  #pop() {
    const heap = this.#heap;
    const last = heap.pop();
    if (heap.length === 0) return;
    let i = 0;
    for (; ; ) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], last)) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
  }
};

// clock.ts
var VIRTUAL_START = Date.UTC(2026, 0, 15, 12);
var VirtualClock = class {
  #sleepers = new SleeperHeap();
  #quietTurns;
  #now;
  #holds = 0;
  #activity = 0;
  #ticking = false;
  constructor(options = {}) {
    this.#now = options.start ?? VIRTUAL_START;
    this.#quietTurns = options.quietTurns ?? 5;
  }
  now() {
    return this.#now;
  }
  /** How many sleep at this moment. */
  get sleeping() {
    return this.#sleepers.size;
  }
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      this.#activity++;
      const delay = ms > 0 ? ms : 0;
      if (delay === 0 && signal === void 0) return void setImmediate(resolve);
      if (delay === Infinity) return reject(new RangeError("Cannot sleep as the time has no end: Infinity"));
      const stop = () => {
        this.#sleepers.remove(sleeper);
        reject(signal.reason);
      };
      const sleeper = this.#sleepers.add(this.#now + delay, () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      });
      signal?.addEventListener("abort", stop, {
        once: true
      });
      this.#tick();
    });
  }
  async hold(work2) {
    this.#holds++;
    try {
      return await work2();
    } finally {
      this.#holds--;
      this.#activity++;
      this.#tick();
    }
  }
  /** Moves time on by hand, waking who is due on the way. For tests of what happens without a sleeper. */
  advance(ms) {
    const until = this.#now + ms;
    for (let at = this.#sleepers.earliest; at !== void 0 && at <= until; at = this.#sleepers.earliest) {
      this.#wake(at);
    }
    this.#now = until;
    this.#activity++;
  }
  #wake(at) {
    this.#now = Math.max(this.#now, at);
    for (const wake of this.#sleepers.take(at)) wake();
  }
  #tick() {
    if (this.#ticking || this.#holds > 0 || this.#sleepers.size === 0) return;
    this.#ticking = true;
    let seen = this.#activity;
    let quiet = 0;
    const turn = () => {
      if (this.#holds > 0 || this.#sleepers.size === 0) {
        this.#ticking = false;
        return;
      }
      if (this.#activity !== seen) {
        seen = this.#activity;
        quiet = 0;
      } else if (++quiet >= this.#quietTurns) {
        this.#wake(this.#sleepers.earliest);
        quiet = 0;
      }
      setImmediate(turn);
    };
    setImmediate(turn);
  }
};
var ScaledClock = class {
  #speed;
  #began = Date.now();
  /** @param speed Simulated seconds in a real one; above zero. */
  constructor(speed) {
    if (!(speed > 0)) throw new RangeError(`Cannot make a clock as its speed is not above zero: ${speed}`);
    this.#speed = speed;
  }
  now() {
    return this.#began + (Date.now() - this.#began) * this.#speed;
  }
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, Math.min(Math.max(ms, 0) / this.#speed, 2 ** 31 - 1));
      signal?.addEventListener("abort", stop, {
        once: true
      });
    });
  }
  hold(work2) {
    return work2();
  }
};

// faults.ts
var Faults = class {
  #rules = [];
  #random;
  /** Milliseconds that every request takes on the network, half of them each way. Default 0. */
  latency = 0;
  /** How often each kind of fault has struck. */
  struck = {};
  constructor(random) {
    this.#random = random;
  }
  /** Puts a rule in force; the answer takes it back. Earlier rules come first. */
  add(rule) {
    const entry = {
      rule,
      left: rule.times ?? Infinity
    };
    this.#rules.push(entry);
    return () => {
      entry.left = 0;
      const place = this.#rules.indexOf(entry);
      if (place >= 0) this.#rules.splice(place, 1);
    };
  }
  /** Takes back everything. */
  clear() {
    this.#rules.length = 0;
    this.latency = 0;
  }
  /** What befalls this request: at most one fault that is no delay, and all delays. */
  strike(request) {
    let delay = typeof this.latency === "function" ? this.latency(request) : this.latency;
    let fault2;
    for (const entry of [
      ...this.#rules
    ]) {
      const { rule } = entry;
      if (fault2 !== void 0 && rule.do !== "delay") continue;
      if (rule.when !== void 0 && !rule.when(request)) continue;
      if (rule.rate !== void 0 && this.#random() >= rule.rate) continue;
      this.struck[rule.do] = (this.struck[rule.do] ?? 0) + 1;
      if (--entry.left <= 0) this.#rules.splice(this.#rules.indexOf(entry), 1);
      if (rule.do === "delay") delay += rule.ms;
      else fault2 = rule;
    }
    return {
      fault: fault2,
      delay
    };
  }
};
var ConnectionFault = class extends TypeError {
  constructor(url) {
    const { origin: origin2, pathname } = new URL(url);
    super(`error sending request for url (${origin2}${pathname}): connection reset by peer`, {
      cause: new Error("connection error: Connection reset by peer (os error 104)")
    });
  }
};

// md5.ts
var SHIFTS = [
  [
    7,
    12,
    17,
    22
  ],
  [
    5,
    9,
    14,
    20
  ],
  [
    4,
    11,
    16,
    23
  ],
  [
    6,
    10,
    15,
    21
  ]
];
var SINES = Int32Array.from({
  length: 64
}, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 4294967296) | 0);
function md5(input) {
  const padded = new Uint8Array((input.length + 8 >> 6) * 64 + 64);
  padded.set(input);
  padded[input.length] = 128;
  const view9 = new DataView(padded.buffer);
  view9.setUint32(padded.length - 8, input.length << 3 >>> 0, true);
  view9.setUint32(padded.length - 4, Math.floor(input.length / 536870912), true);
  let a0 = 1732584193, b0 = 4023233417 | 0, c0 = 2562383102 | 0, d0 = 271733878;
  const words = new Int32Array(16);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) words[i] = view9.getInt32(at + i * 4, true);
    let a = a0, b = b0, c = c0, d = d0;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      let mixed, word;
      if (round === 0) [mixed, word] = [
        b & c | ~b & d,
        i
      ];
      else if (round === 1) [mixed, word] = [
        d & b | ~d & c,
        5 * i + 1 & 15
      ];
      else if (round === 2) [mixed, word] = [
        b ^ c ^ d,
        3 * i + 5 & 15
      ];
      else [mixed, word] = [
        c ^ (b | ~d),
        7 * i & 15
      ];
      const sum = a + mixed + SINES[i] + words[word] | 0;
      const shift = SHIFTS[round][i & 3];
      a = d;
      d = c;
      c = b;
      b = b + (sum << shift | sum >>> 32 - shift) | 0;
    }
    a0 = a0 + a | 0;
    b0 = b0 + b | 0;
    c0 = c0 + c | 0;
    d0 = d0 + d | 0;
  }
  const digest2 = new DataView(new ArrayBuffer(16));
  [
    a0,
    b0,
    c0,
    d0
  ].forEach((word, i) => digest2.setInt32(i * 4, word, true));
  return new Uint8Array(digest2.buffer);
}
function md5Colons(input) {
  return Array.from(md5(input), (byte) => byte.toString(16).padStart(2, "0")).join(":");
}
function md5Base64(input) {
  return md5(input).toBase64();
}

// random.ts
function mix32(x) {
  x = Math.imul(x ^ x >>> 15, 739982445);
  x = Math.imul(x ^ x >>> 12, 695872825);
  return (x ^ x >>> 15) >>> 0;
}
function unmix32(x) {
  x ^= x >>> 15 ^ x >>> 30;
  x = Math.imul(x, inverse32(695872825));
  x ^= x >>> 12 ^ x >>> 24;
  x = Math.imul(x, inverse32(739982445));
  return (x ^ x >>> 15 ^ x >>> 30) >>> 0;
}
function inverse32(n) {
  let guess = n;
  for (let i = 0; i < 5; i++) guess = Math.imul(guess, 2 - Math.imul(n, guess));
  return guess;
}
function at32(seed, stream, n) {
  return mix32(mix32(mix32(seed + 2654435769) + Math.imul(stream, 2246822507) | 0) + Math.imul(n, 3266489909) | 0);
}
var Random = class {
  #seed;
  #stream;
  #n = 0;
  constructor(seed, stream = 0) {
    this.#seed = seed | 0;
    this.#stream = stream | 0;
  }
  /** The next 32-bit unsigned integer. */
  bits() {
    return at32(this.#seed, this.#stream, this.#n++);
  }
  /** The next number from 0 up to, not including, 1. */
  next() {
    return this.bits() / 4294967296;
  }
  /** A whole number from `low` to `high`, both included. */
  integer(low, high) {
    return low + Math.floor(this.next() * (high - low + 1));
  }
  /** A number from `low` up to `high`. */
  between(low, high) {
    return low + this.next() * (high - low);
  }
  /** `digits` lower-case hexadecimal digits. */
  hex(digits) {
    let text2 = "";
    while (text2.length < digits) text2 += this.bits().toString(16).padStart(8, "0");
    return text2.slice(0, digits);
  }
  /** A version 4 UUID. */
  uuid() {
    return uuidFrom(this.bits(), this.bits(), this.bits(), this.bits());
  }
};
function uuidFrom(a, b, c, d) {
  const hex = (x) => (x >>> 0).toString(16).padStart(8, "0");
  const [bs, cs] = [
    hex(b),
    hex(c & 1073741823 | 2147483648)
  ];
  return `${hex(a)}-${bs.slice(0, 4)}-4${bs.slice(5)}-${cs.slice(0, 4)}-${cs.slice(4)}${hex(d)}`;
}

// ssh_key.ts
var CURVES = {
  nistp256: "P-256",
  nistp384: "P-384",
  nistp521: "P-521"
};
function parsePublicKey(line) {
  const [type, encoded, ...rest] = line.trim().split(/\s+/);
  if (type === void 0 || encoded === void 0) return void 0;
  let blob;
  try {
    blob = Uint8Array.fromBase64(encoded);
    if (text(fields(blob)[0]) !== type) return void 0;
  } catch {
    return void 0;
  }
  return {
    type,
    blob,
    comment: rest.join(" "),
    fingerprint: md5Colons(blob)
  };
}
function familyOf(type) {
  if (type === "ssh-rsa") return "rsa";
  if (type === "ssh-ed25519") return "ed25519";
  return type.startsWith("ecdsa-sha2-nistp") ? "ecdsa" : void 0;
}
async function importPublicKey(key, hash) {
  const [, first, second] = fields(key.blob);
  switch (familyOf(key.type)) {
    case "rsa": {
      const jwk = {
        kty: "RSA",
        e: url64(unsigned(first)),
        n: url64(unsigned(second)),
        ext: true
      };
      return await crypto.subtle.importKey("jwk", jwk, {
        name: "RSASSA-PKCS1-v1_5",
        hash
      }, true, [
        "verify"
      ]);
    }
    case "ecdsa": {
      const algorithm = {
        name: "ECDSA",
        namedCurve: CURVES[text(first)]
      };
      return await crypto.subtle.importKey("raw", second.slice(), algorithm, true, [
        "verify"
      ]);
    }
    case "ed25519":
      return await crypto.subtle.importKey("raw", first.slice(), "Ed25519", true, [
        "verify"
      ]);
    default:
      throw new TypeError(`Cannot use the public key as its type cannot sign here: ${key.type}`);
  }
}
async function publicKeyLine(key, comment = "sim") {
  const blob = publicBlob(await crypto.subtle.exportKey("jwk", key));
  return `${text(fields(blob)[0])} ${blob.toBase64()} ${comment}`;
}
async function privateKeyFile(key, comment = "sim") {
  const jwk = await crypto.subtle.exportKey("jwk", key);
  const blob = publicBlob(jwk);
  let secret;
  if (jwk.kty === "OKP") {
    const [seed, point] = [
      from64(jwk.d),
      from64(jwk.x)
    ];
    secret = join(sized("ssh-ed25519"), sized(point), sized(join(seed, point)));
  } else if (jwk.kty === "RSA") {
    const parts = [
      jwk.n,
      jwk.e,
      jwk.d,
      jwk.qi,
      jwk.p,
      jwk.q
    ].map((part) => sized(signed(from64(part))));
    secret = join(sized("ssh-rsa"), ...parts);
  } else {
    throw new TypeError(`Cannot write the key file as keys of this type are not supported: ${jwk.kty}`);
  }
  const check2 = crypto.getRandomValues(new Uint8Array(4));
  let body = join(check2, check2, secret, sized(comment));
  const padding = (8 - body.length % 8) % 8;
  body = join(body, Uint8Array.from({
    length: padding
  }, (_, i) => i + 1));
  const none = sized("none");
  const one2 = Uint8Array.of(0, 0, 0, 1);
  const magic = new TextEncoder().encode("openssh-key-v1\0");
  const whole = join(magic, none, none, sized(new Uint8Array()), one2, sized(blob), sized(body)).toBase64();
  const lines = whole.match(/.{1,70}/g).join("\n");
  return `-----BEGIN OPENSSH PRIVATE KEY-----
${lines}
-----END OPENSSH PRIVATE KEY-----
`;
}
function publicBlob(jwk) {
  if (jwk.kty === "OKP") return join(sized("ssh-ed25519"), sized(from64(jwk.x)));
  if (jwk.kty === "RSA") {
    return join(sized("ssh-rsa"), sized(signed(from64(jwk.e))), sized(signed(from64(jwk.n))));
  }
  const curve = Object.keys(CURVES).find((name) => CURVES[name] === jwk.crv);
  const point = join(Uint8Array.of(4), from64(jwk.x), from64(jwk.y));
  return join(sized(`ecdsa-sha2-${curve}`), sized(curve), sized(point));
}
function fields(blob) {
  const view9 = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const found = [];
  for (let at = 0; at < blob.length; ) {
    const length = view9.getUint32(at);
    if (at + 4 + length > blob.length) throw new RangeError("Cannot read the key as it ends too early");
    found.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}
function sized(content) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const field = new Uint8Array(4 + bytes.length);
  new DataView(field.buffer).setUint32(0, bytes.length);
  field.set(bytes, 4);
  return field;
}
function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
var text = (bytes) => new TextDecoder().decode(bytes);
var from64 = (value) => Uint8Array.fromBase64(value ?? "", {
  alphabet: "base64url"
});
var url64 = (bytes) => bytes.toBase64({
  alphabet: "base64url",
  omitPadding: true
});
var signed = (bytes) => bytes[0] & 128 ? join(Uint8Array.of(0), bytes) : bytes;
var unsigned = (bytes) => bytes[0] === 0 ? bytes.subarray(1) : bytes;

// cloudapi/stable_id.ts
function stableId(name) {
  let hash = 625341585;
  for (let i = 0; i < name.length; i++) hash = mix32(hash ^ name.charCodeAt(i));
  return uuidFrom(hash, mix32(hash + 1), mix32(hash + 2), mix32(hash + 3));
}

// cloudapi/accounts.ts
function addAccount(world, spec) {
  const id = stableId(`account ${spec.login}`);
  const account = {
    id,
    login: spec.login,
    email: spec.email ?? `${spec.login}@example.com`,
    profile: {
      companyName: "Example",
      firstName: spec.login,
      lastName: "Simulated"
    },
    created: world.began - 365 * 864e5,
    updated: world.began - 864e5,
    keys: [],
    accessKeys: [],
    operator: spec.operator ?? false,
    disabled: spec.disabled ?? false,
    approved: spec.approved ?? true,
    cns: false,
    users: [],
    roles: [],
    policies: [],
    rules: [],
    vlans: [
      {
        vlan_id: 2,
        name: "My-Fabric-VLAN",
        description: void 0
      },
      {
        vlan_id: 3,
        name: "backend",
        description: "No way out"
      }
    ],
    config: {
      default_network: world.networks.find(({ fabric }) => fabric).id
    },
    machines: world.machineStore(id, spec.machines ?? 0),
    roleTags: /* @__PURE__ */ new Map()
  };
  for (const line of spec.keys ?? []) addKey(world, account, line);
  world.accounts.set(spec.login, account);
  return account;
}
function addKey(world, person, line, name) {
  const parsed = parsePublicKey(line);
  if (parsed === void 0 || person.keys.some(({ fingerprint }) => fingerprint === parsed.fingerprint)) {
    return void 0;
  }
  const key = {
    name: name ?? (parsed.comment || parsed.fingerprint),
    fingerprint: parsed.fingerprint,
    line: line.trim(),
    parsed,
    created: world.clock.now()
  };
  person.keys.push(key);
  return key;
}

// cloudapi/inspection.ts
var RequestLog = class {
  /** The last requests, oldest first; at most {@linkcode RequestLog.limit}. */
  entries = [];
  /** How many are remembered. */
  limit = 1e4;
  total = 0;
  /** By operation: `{ ListMachines: 3 }`. */
  byRoute = {};
  /** By method and operation: `{ "GET ListMachines": 3 }`. */
  byMethodAndRoute = {};
  byStatus = {};
  /** Notes an arrival; the entry is to be completed with route and status by {@linkcode RequestLog.answered}. */
  arrived(method, url, at) {
    const entry = {
      method,
      path: url.pathname,
      query: url.search,
      route: "",
      status: 0,
      at
    };
    this.total++;
    this.entries.push(entry);
    if (this.entries.length > this.limit * 1.1) this.entries.splice(0, this.entries.length - this.limit);
    return entry;
  }
  answered(entry, route2, status) {
    entry.route = route2;
    entry.status = status;
    const name = route2 || "none";
    const both2 = `${entry.method} ${name}`;
    this.byRoute[name] = (this.byRoute[name] ?? 0) + 1;
    this.byMethodAndRoute[both2] = (this.byMethodAndRoute[both2] ?? 0) + 1;
    this.byStatus[status] = (this.byStatus[status] ?? 0) + 1;
  }
  /** Starts counting anew. */
  reset() {
    this.entries.length = 0;
    this.total = 0;
    for (const counts of [
      this.byRoute,
      this.byMethodAndRoute,
      this.byStatus
    ]) {
      for (const key of Object.keys(counts)) delete counts[key];
    }
  }
};

// cloudapi/version.ts
var API_VERSIONS = [
  "9.0.0",
  "8.0.0",
  "7.3.0",
  "7.2.0",
  "7.1.0",
  "7.0.0"
];
var SINCE_72 = [
  "7.2.0",
  "7.3.0",
  "8.0.0",
  "9.0.0"
];
var SINCE_73 = [
  "7.3.0",
  "8.0.0",
  "9.0.0"
];
var compare = (a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
var triple = (text2) => text2.split(".").map(Number);
var TERM = /^(~|\^|>=|<=|>|<|=|v)?\s*v?(\d+|[x*])(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?$/i;
function interval(term) {
  const whole = {
    from: [
      0,
      0,
      0
    ],
    to: [
      Infinity,
      0,
      0
    ]
  };
  if (term === "" || term === "*") return whole;
  const match3 = TERM.exec(term);
  if (match3 === null) return void 0;
  const [, sign = "", ...parts] = match3;
  const numbers = parts.map((part) => part === void 0 || /[x*]/i.test(part) ? void 0 : Number(part));
  const [major, minor, patch] = numbers;
  if (major === void 0) return whole;
  const from = [
    major,
    minor ?? 0,
    patch ?? 0
  ];
  const nextMinor = minor === void 0 ? [
    major + 1,
    0,
    0
  ] : [
    major,
    minor + 1,
    0
  ];
  const next2 = patch === void 0 ? nextMinor : [
    major,
    minor,
    patch + 1
  ];
  switch (sign) {
    case "~":
      return {
        from,
        to: nextMinor
      };
    case "^":
      return {
        from,
        to: [
          major + 1,
          0,
          0
        ]
      };
    case ">=":
      return {
        from,
        to: whole.to
      };
    case ">":
      return {
        from: next2,
        to: whole.to
      };
    case "<":
      return {
        from: whole.from,
        to: from
      };
    case "<=":
      return {
        from: whole.from,
        to: next2
      };
    default:
      return {
        from,
        to: next2
      };
  }
}
function satisfies(version, range2) {
  const at = triple(version);
  return range2.split("||").some((alternative) => {
    const terms = alternative.trim().replace(/(~|\^|>=|<=|>|<|=)\s+/g, "$1").split(/\s+/);
    return terms.every((term) => {
      const found = interval(term);
      return found !== void 0 && compare(at, found.from) >= 0 && compare(at, found.to) < 0;
    });
  });
}
function negotiate(range2, versions3 = API_VERSIONS) {
  return [
    ...versions3
  ].sort((a, b) => compare(triple(b), triple(a))).find((each) => satisfies(each, range2));
}
var atLeast = (version, other2) => compare(triple(version), triple(other2)) >= 0;

// cloudapi/machine.ts
var PUBLIC = {
  unreachable: "offline",
  destroyed: "deleted"
};
var BACKEND = {
  offline: "unreachable",
  deleted: "destroyed"
};
var publicState = (state) => PUBLIC[state] ?? state;
var vmState = (state) => BACKEND[state] ?? state;
var visible = (machine) => machine.troubles?.offline ? "unreachable" : machine.state;
function isActive(machine) {
  return machine.state !== "destroyed" && machine.state !== "failed";
}
var isVirtual = (brand) => brand === "kvm" || brand === "bhyve";
function machineRecord(machine, context) {
  const { nics, pkg: pkg2 } = machine;
  const virtual = isVirtual(machine.brand);
  const withNetworks = atLeast(context.version, "7.1.0");
  const record2 = {
    id: machine.id,
    name: machine.name,
    type: virtual ? "virtualmachine" : "smartmachine",
    brand: machine.brand,
    state: publicState(visible(machine)),
    image: machine.image,
    ips: nics.map((nic) => nic.ip),
    memory: pkg2.memory,
    disk: pkg2.disk,
    deletion_protection: machine.protection,
    metadata: machine.metadata,
    tags: machine.tags,
    credentials: context.credentials,
    created: new Date(machine.created).toISOString(),
    updated: new Date(machine.updated).toISOString()
  };
  if (machine.docker) record2.docker = true;
  if (withNetworks) record2.networks = nics.map((nic) => nic.network);
  if (machine.delegated) record2.delegate_dataset = true;
  if (nics.length > 0) {
    record2.nics = nics;
    record2.primaryIp = (nics.find((nic) => nic.primary) ?? nics[0]).ip;
  }
  if (context.credentials && machine.internal !== void 0) {
    record2.metadata = {
      ...machine.metadata,
      credentials: credentialsOf(machine.internal)
    };
  }
  record2.firewall_enabled = machine.firewall;
  record2.compute_node = machine.server;
  record2.package = pkg2.name;
  if (machine.brand === "bhyve") {
    record2.flexible = pkg2.flexible === true;
    record2.disks = machine.disks.map(({ size, block_size, boot, image: image2, id }) => ({
      size,
      block_size,
      ...boot ? {
        boot
      } : {},
      ...image2 === void 0 ? {} : {
        image: image2
      },
      id
    }));
  }
  if (context.dnsNames !== void 0) record2.dns_names = context.dnsNames(machine);
  if (machine.internal?.encrypted) record2.encrypted = machine.internal.encrypted;
  return record2;
}
function credentialsOf(internal) {
  const found = Object.entries(internal).filter(([key]) => key.endsWith("_pw"));
  return Object.fromEntries(found.map(([key, value]) => [
    key.slice(0, -3),
    value
  ]));
}
function machineJson(machine, context) {
  const special = context.credentials !== void 0 || context.dnsNames !== void 0 || !atLeast(context.version, "7.1.0");
  if (special) return JSON.stringify(machineRecord(machine, context));
  if (machine.json !== void 0) return machine.json;
  const json = JSON.stringify(machineRecord(machine, context));
  if (context.memory !== void 0 && context.memory.left > 0) {
    context.memory.left--;
    machine.json = json;
  }
  return json;
}
function forgetJson(machine, memory) {
  if (machine.json === void 0) return;
  machine.json = void 0;
  memory.left++;
}

// cloudapi/machine_jobs.ts
var JOB_STREAM = 27147;
var Workshop = class {
  #world;
  #benches = /* @__PURE__ */ new Map();
  constructor(world) {
    this.#world = world;
  }
  /** Queues a job; it starts when those before it on the same machine have ended. */
  add(machine, work2) {
    const job = {
      id: this.#world.ids.uuid(),
      action: work2.action,
      execution: "queued",
      caller: work2.caller,
      queued: this.#world.agenda.now,
      finished: void 0
    };
    machine.jobs.push(job);
    let bench = this.#benches.get(machine);
    if (bench === void 0) {
      bench = {
        waiting: [],
        steps: [],
        current: void 0,
        resume: void 0
      };
      this.#benches.set(machine, bench);
    }
    bench.waiting.push({
      job,
      work: work2
    });
    if (bench.current === void 0) this.#start(machine, bench);
    return job;
  }
  /** Whether a job of some action waits or runs. */
  pending(machine, action) {
    return machine.jobs.some((job) => job.action === action && (job.execution === "queued" || job.execution === "running"));
  }
  /** Puts a machine into a state from outside, calling off whatever goes on. */
  force(machine, state) {
    this.cancel(machine);
    this.enter(machine, state);
  }
  /** Calls off the job under way and those waiting. */
  cancel(machine) {
    const bench = this.#benches.get(machine);
    if (bench === void 0) return;
    for (const step of bench.steps) this.#world.agenda.cancel(step);
    for (const { job, work: work2 } of [
      ...bench.current ? [
        bench.current
      ] : [],
      ...bench.waiting
    ]) {
      this.#end(job, "canceled", work2);
    }
    this.#benches.delete(machine);
  }
  /** Lets a job that hangs come to its end. */
  resume(machine) {
    if (machine.troubles) machine.troubles.hang = false;
    this.#benches.get(machine)?.resume?.();
  }
  /** Marks a machine as changed. */
  touch(machine, changes2) {
    machine.updated = this.#world.agenda.now;
    forgetJson(machine, this.#world.jsonMemory);
    this.#world.feed.publish(machine, changes2);
  }
  /** Puts a machine into a state. */
  enter(machine, state) {
    if (machine.state === state) return;
    machine.state = state;
    const changes2 = [
      "state"
    ];
    const nicState = state === "running" ? "running" : state === "stopped" ? "stopped" : void 0;
    if (nicState !== void 0) machine.nics = machine.nics.map((nic) => ({
      ...nic,
      state: nicState
    }));
    if (state === "destroyed") {
      changes2.push("destroyed");
      this.#world.buried(machine);
    }
    this.touch(machine, changes2);
  }
  #start(machine, bench) {
    const next2 = bench.waiting.shift();
    bench.current = next2;
    bench.steps = [];
    bench.resume = void 0;
    if (next2 === void 0) return void this.#benches.delete(machine);
    const { job, work: work2 } = next2;
    job.execution = "running";
    const { agenda } = this.#world;
    const pace = this.#pace(machine, job, work2);
    if (work2.from !== void 0 && machine.state !== work2.from) {
      bench.steps.push(agenda.after(pace.lag, () => {
        this.#end(job, "failed", work2);
        this.#start(machine, bench);
      }));
      return;
    }
    const through = work2.through ?? [];
    const last = through.at(-1);
    if (!machine.troubles?.skip) {
      for (const { state, share } of through.slice(0, -1)) {
        const delay = pace.lag + share * pace.duration;
        bench.steps.push(agenda.after(delay, () => this.enter(machine, state)));
      }
    }
    const finish = () => {
      bench.resume = void 0;
      if (last !== void 0 && machine.troubles?.fail) {
        machine.troubles.fail = false;
        this.enter(machine, "failed");
        this.#end(job, "failed", work2);
      } else {
        work2.finally?.(machine);
        const before2 = machine.state;
        if (last !== void 0) this.enter(machine, last.state);
        const others = machine.state === before2 ? work2.changes : work2.changes.filter((each) => each !== "state");
        if (others.length > 0) this.touch(machine, others);
        this.#end(job, "succeeded", work2);
      }
      this.#start(machine, bench);
    };
    bench.steps.push(agenda.after(pace.lag + pace.duration, () => {
      if (machine.troubles?.hang) bench.resume = finish;
      else finish();
    }));
  }
  #end(job, how, work2) {
    job.execution = how;
    job.finished = this.#world.agenda.now;
    work2.ended?.(job);
  }
  /** Equal worlds give equal paces, whatever else goes on in them. */
  #pace(machine, job, work2) {
    const { settings, seed } = this.#world;
    const head3 = Number.parseInt(machine.id.slice(0, 8), 16);
    const nth = machine.jobs.indexOf(job) * 2;
    const dice = (n) => at32(seed, head3 ^ JOB_STREAM, n) / 4294967296;
    const between = ({ min, max }, n) => min + dice(n) * (max - min);
    const lag = between(settings.lag, nth);
    if (work2.pace === "update") return {
      lag: 0,
      duration: between(settings.updates, nth + 1)
    };
    const slow = settings.slowness(machine.id, dice(-1));
    return {
      lag,
      duration: between(settings.transition, nth + 1) * slow * (work2.pace ?? 1)
    };
  }
};
function troublesOf(machine) {
  return machine.troubles ??= {
    fail: false,
    hang: false,
    skip: false,
    offline: false
  };
}

// cloudapi/network_catalog.ts
var ipNumber = (ip) => ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
var ipText = (n) => `${n >>> 24}.${n >>> 16 & 255}.${n >>> 8 & 255}.${n & 255}`;
function isIp(text2) {
  return typeof text2 === "string" && /^(\d{1,3}\.){3}\d{1,3}$/.test(text2) && ipText(ipNumber(text2)) === text2;
}
function range(cidr) {
  const [ip, bits, ...rest] = cidr.split("/");
  if (!isIp(ip) || bits === void 0 || !/^\d+$/.test(bits) || Number(bits) > 30 || rest.length > 0) {
    return void 0;
  }
  const size = 2 ** (32 - Number(bits));
  const first = ipNumber(ip);
  if (first % size !== 0) return void 0;
  return {
    first,
    last: first + size - 1,
    netmask: ipText(2 ** 32 - size)
  };
}
function network(facts) {
  const { first, last, netmask } = range(facts.subnet);
  const start = facts.provisionStart ?? ipText(first + 10);
  const end = facts.provisionEnd ?? ipText(last - 1);
  return {
    id: stableId(`network ${facts.name}`),
    public: false,
    fabric: false,
    gateway: ipText(first + 1),
    provisionStart: start,
    provisionEnd: end,
    resolvers: [
      "8.8.8.8",
      "8.8.4.4"
    ],
    nat: true,
    netmask,
    holders: /* @__PURE__ */ new Map(),
    reserved: /* @__PURE__ */ new Set(),
    first: ipNumber(start),
    last: ipNumber(end),
    next: ipNumber(start),
    ...facts
  };
}
function networkCatalog() {
  return [
    network({
      name: "external",
      subnet: "198.18.0.0/15",
      public: true,
      description: "Public addresses"
    }),
    network({
      name: "My-Fabric-Network",
      subnet: "10.64.0.0/14",
      fabric: true,
      vlan: 2
    }),
    network({
      name: "backend",
      subnet: "192.168.128.0/22",
      fabric: true,
      vlan: 3,
      nat: false
    }),
    network({
      name: "internal",
      subnet: "172.20.0.0/16",
      description: "Machines of this account"
    })
  ];
}
function takeAddress(net, machine, wanted2) {
  if (wanted2 !== void 0) {
    if (net.holders.has(wanted2)) return void 0;
    net.holders.set(wanted2, machine);
    return ipText(wanted2);
  }
  for (let tries = 0; tries <= net.last - net.first; tries++) {
    if (net.next > net.last) net.next = net.first;
    const n = net.next++;
    if (net.holders.has(n) || net.reserved.has(n)) continue;
    net.holders.set(n, machine);
    return ipText(n);
  }
  return void 0;
}
function releaseAddress(net, ip) {
  net.holders.delete(ipNumber(ip));
}

// cloudapi/machine_seed.ts
var DAY = 864e5;
function machineOf(world, owner, spec, id, serial) {
  const image2 = findImage(world, spec.image ?? "base-64-lts");
  const pkg2 = findPackage(world, spec.package ?? (image2.type === "zvol" ? "b4-bhyve-flex-4G" : "g4-highcpu-1G"));
  const brand = spec.brand ?? brandOf(image2, pkg2);
  const state = vmState(spec.state ?? "running");
  const created = spec.created ?? world.began - DAY - Math.floor(at32(world.seed, 31, serial) / 4294967296 * 29 * DAY / 1e3) * 1e3;
  const machine = {
    id,
    owner,
    name: spec.name ?? id.slice(0, 8),
    brand,
    state: state === "unreachable" ? "running" : state,
    image: image2.id,
    pkg: pkg2,
    tags: {
      ...spec.tags
    },
    metadata: {
      ...spec.metadata
    },
    internal: spec.credentials === void 0 ? void 0 : Object.fromEntries(Object.entries(spec.credentials).map(([user, password]) => [
      `${user}_pw`,
      password
    ])),
    nics: [],
    disks: [],
    created,
    updated: created + 6e4,
    firewall: spec.firewall_enabled ?? false,
    protection: spec.deletion_protection ?? false,
    docker: spec.docker ?? false,
    delegated: false,
    server: serverOf(world, serial),
    roleTags: [],
    snapshots: [],
    jobs: [],
    troubles: state === "unreachable" ? {
      fail: false,
      hang: false,
      skip: false,
      offline: true
    } : void 0,
    json: void 0
  };
  if (isVirtual(brand)) machine.disks = disksOf(machine, image2, pkg2.disks);
  if (state !== "failed" && state !== "destroyed") {
    const names2 = spec.networks ?? [
      "external",
      "My-Fabric-Network"
    ];
    machine.nics = names2.map((name, nth) => seededNic(findNetwork(world, name), machine, serial, nth));
  }
  return machine;
}
function serverOf(world, serial) {
  return world.servers[at32(world.seed, 32, serial) % world.servers.length];
}
function brandOf(image2, pkg2) {
  return image2.requirements.brand ?? pkg2.brand ?? (image2.type === "zvol" ? "bhyve" : "joyent");
}
function disksOf(machine, image2, wanted2) {
  const whole = machine.pkg.disk;
  const boot = image2.size ?? 10240;
  const specs = wanted2?.length ? wanted2 : [
    {},
    {
      size: machine.pkg.flexible ? whole - boot : whole
    }
  ];
  const fixed = specs.reduce((sum, { size }, i) => sum + (size === "remaining" ? 0 : size ?? (i === 0 ? boot : 0)), 0);
  return specs.map(({ size, block_size }, i) => ({
    id: diskId(machine.id, i),
    pci_slot: `0:4:${i}`,
    size: size === "remaining" ? whole - fixed : size ?? boot,
    block_size: block_size ?? 8192,
    boot: i === 0,
    ...i === 0 ? {
      image: image2.id
    } : {}
  }));
}
function diskId(machine, slot) {
  return stableId(`disk ${machine} ${slot}`);
}
function newNic(world, net, machine, options) {
  const ip = takeAddress(net, machine, options.ip === void 0 ? void 0 : ipNumber(options.ip));
  if (ip === void 0) return void 0;
  const serial = world.nextNic++;
  return nicAt(net, ip, serial, options.primary, options.state);
}
function nicAt(net, ip, serial, primary, state) {
  const hex = (serial & 16777215).toString(16).padStart(6, "0");
  const mac = `90:b8:d0:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4)}`;
  return {
    mac,
    ip,
    primary,
    gateway: net.gateway,
    netmask: net.netmask,
    state,
    network: net.id
  };
}
function seededNic(net, machine, serial, nth) {
  const wanted2 = net.first + serial;
  const fits = wanted2 <= net.last && !net.holders.has(wanted2);
  const ip = takeAddress(net, machine.id, fits ? wanted2 : void 0) ?? net.gateway;
  const state = machine.state === "stopped" ? "stopped" : "running";
  return nicAt(net, ip, serial * 4 + nth, nth === 0, state);
}
function releaseNics(world, machine) {
  for (const nic of machine.nics) {
    const net = world.networks.find(({ id }) => id === nic.network);
    if (net !== void 0) releaseAddress(net, nic.ip);
  }
}
function findImage(world, idOrName) {
  const found = world.images.find(({ id }) => id === idOrName) ?? world.images.findLast(({ name, state }) => name === idOrName && state === "active");
  if (found === void 0) {
    throw new RangeError(`Cannot make the machine as there is no such image: ${idOrName}`);
  }
  return found;
}
function findPackage(world, idOrName) {
  const found = world.packages.find(({ id }) => id === idOrName) ?? newestPackage(world.packages, idOrName);
  if (found === void 0) {
    throw new RangeError(`Cannot make the machine as there is no such package: ${idOrName}`);
  }
  return found;
}
function newestPackage(packages, name) {
  return packages.filter((pkg2) => pkg2.name === name && pkg2.active).reduce((a, b) => a === void 0 || atLeast(b.version, a.version) ? b : a, void 0);
}
function findNetwork(world, idOrName) {
  const found = world.networks.find(({ id, name }) => id === idOrName || name === idOrName);
  if (found === void 0) {
    throw new RangeError(`Cannot make the machine as there is no such network: ${idOrName}`);
  }
  return found;
}

// cloudapi/control.ts
var SimControl = class {
  /** Everything there is. For what has no method here. */
  world;
  /** The main account. */
  account;
  faults;
  /** Counters, by route and by status. */
  requests = new RequestLog();
  constructor(world, account, faults) {
    this.world = world;
    this.account = account;
    this.faults = faults;
  }
  /** The last requests, oldest first. */
  get log() {
    return this.requests.entries;
  }
  /** Every write that was executed on a machine, in order, whoever asked. */
  get writes() {
    return this.world.executions;
  }
  /** The writes executed on one machine. */
  executions(id) {
    return this.world.executions.filter(({ machine }) => machine === id).map(({ action, at }) => ({
      action,
      at
    }));
  }
  /** The truth about all machines of the account, deleted and failed ones included, until they are purged. */
  machines() {
    this.world.agenda.settle();
    return [
      ...this.account.machines.all()
    ].map(viewOf);
  }
  /** The truth about one machine; undefined where there is none. */
  machine(id) {
    this.world.agenda.settle();
    const machine = this.account.machines.get(id);
    return machine && viewOf(machine);
  }
  /** Adds a machine, as if it had always been there; its id. */
  add(spec = {}) {
    this.world.agenda.settle();
    return this.world.addMachine(this.account, spec).id;
  }
  /** Removes a machine and all memory of it: from now on 404. */
  remove(id) {
    const machine = this.#find(id);
    this.world.workshop.cancel(machine);
    releaseNics(this.world, machine);
    this.account.machines.remove(id);
  }
  /** Puts a machine into a state now, calling off whatever is under way. Either name of the state will do. */
  setState(id, state) {
    const machine = this.#find(id);
    const wanted2 = vmState(state);
    if (wanted2 === "unreachable") return this.#offline(machine, true);
    if (machine.troubles?.offline) this.#offline(machine, false);
    this.world.workshop.force(machine, wanted2);
  }
  /** The job under way, or else the next one that changes the state, ends in `failed`. */
  fail(id) {
    troublesOf(this.#find(id)).fail = true;
  }
  /** The job under way, or else the next one, never ends, until {@linkcode SimControl.release}. */
  hang(id) {
    troublesOf(this.#find(id)).hang = true;
  }
  /** From now on the machines created with such names, or the next so many, fail to come up. */
  failProvisions(which) {
    let left = typeof which === "number" ? which : 0;
    this.world.provisionFails = typeof which === "number" ? () => left-- > 0 : which;
  }
  /** Undoes {@linkcode SimControl.hang}: the job ends now. */
  release(id) {
    this.world.workshop.resume(this.#find(id));
  }
  /** From now on jobs on the machine go to their last state without the ones between. */
  skip(id) {
    troublesOf(this.#find(id)).skip = true;
  }
  /** Shows a machine as `offline` for a while, whatever goes on underneath; without `ms`, until further notice. */
  offline(id, ms) {
    const machine = this.#find(id);
    this.#offline(machine, true);
    if (ms !== void 0) this.world.agenda.after(ms, () => this.#offline(machine, false));
  }
  /** Changes a machine's tags, metadata, name or the like behind the API's back. */
  change(id, changes2) {
    const machine = this.#find(id);
    const { name, ...others } = changes2;
    if (name !== void 0) this.account.machines.rename(machine, name);
    Object.assign(machine, others);
    this.world.workshop.touch(machine, [
      "alias",
      "tags",
      "customer_metadata"
    ]);
  }
  /** Lets an SSH key sign for the account; undefined where the line is no key or is known already. */
  addKey(line, name) {
    return addKey(this.world, this.account, line, name);
  }
  /**
   * Tells of every change of a machine of the account, at the time it happens, as the API's websocket would.
   * The answer ends it; until then the clock is kept going from event to event.
   */
  subscribe(tell, owner = this.account.id) {
    const stopListening = this.world.feed.listen(tell, owner);
    const stopWatching = this.world.agenda.watch();
    return () => {
      stopListening();
      stopWatching();
    };
  }
  #offline(machine, offline) {
    troublesOf(machine).offline = offline;
    forgetJson(machine, this.world.jsonMemory);
    this.world.workshop.touch(machine, [
      "state"
    ]);
  }
  #find(id) {
    this.world.agenda.settle();
    const machine = this.account.machines.get(id);
    if (machine === void 0) {
      throw new RangeError(`Cannot find the machine as there is none of that id: ${id}`);
    }
    return machine;
  }
};
function viewOf(machine) {
  const record2 = machineRecord(machine, {
    version: "9.0.0"
  });
  return {
    ...record2,
    state: publicState(visible(machine))
  };
}

// cloudapi/problem.ts
var Problem = class extends Error {
  name = "Problem";
  status;
  /** Undefined for the answers of plain errors, whose body has a message only. */
  code;
  fields;
  headers;
  constructor(status, code, message, more = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = more.fields;
    this.headers = more.headers ?? {};
  }
  /** The body as it goes over the wire. */
  get body() {
    return {
      ...this.code === void 0 ? {} : {
        code: this.code
      },
      message: this.message,
      ...this.fields === void 0 ? {} : {
        errors: this.fields
      }
    };
  }
};
var invalidArgument = (message) => new Problem(409, "InvalidArgument", message);
var missingParameter = (message) => new Problem(409, "MissingParameter", message);
var notFound = (message) => new Problem(404, "ResourceNotFound", message);
var badCredentials = (message) => new Problem(401, "InvalidCredentials", message);
var notAuthorized = (message) => new Problem(403, "NotAuthorized", message);
var invalidHeader = (message) => new Problem(400, "InvalidHeader", message);
var plainError = (message) => new Problem(500, void 0, message);
var validationFailed = (message, ...fields2) => new Problem(409, "ValidationFailed", message, {
  fields: fields2
});
var invalidState = (message) => new Problem(409, "InvalidState", message);

// cloudapi/signature_header.ts
var CLOCK_SKEW = 300;
var ALGORITHMS = /* @__PURE__ */ new Set([
  "rsa-sha1",
  "rsa-sha256",
  "rsa-sha512",
  "dsa-sha1",
  "dsa-sha256",
  "ecdsa-sha256",
  "ecdsa-sha512",
  "ed25519-sha512"
]);
var fail = (message) => {
  throw invalidHeader(`Authorization header invalid: ${message}`);
};
function parseAuthorization(header, request, now) {
  try {
    return modern(header, request, now);
  } catch (refusal2) {
    const claim = legacy(header, request, now);
    if (claim !== void 0) return claim;
    throw refusal2;
  }
}
function modern(header, request, now) {
  const space = header.indexOf(" ");
  const scheme = space < 0 ? header : header.slice(0, space);
  const params = space < 0 ? {} : parseParams(header.slice(space + 1));
  if (scheme !== "Signature") fail('scheme was not "Signature"');
  for (const name of [
    "keyId",
    "algorithm",
    "signature"
  ]) {
    if (!params[name]) fail(`${name} was not specified`);
  }
  const algorithm = params.algorithm.toLowerCase();
  if (!ALGORITHMS.has(algorithm)) fail(`${algorithm} is not supported`);
  const fallback = request.header("x-date") === null ? "date" : "x-date";
  const names2 = (params.headers ?? fallback).split(" ").map((name) => name.toLowerCase());
  const lines = names2.map((name) => {
    if (name === "(request-target)") return `${name}: ${request.method.toLowerCase()} ${request.target}`;
    if (name === "request-line") return `${request.method} ${request.target} HTTP/1.1`;
    const value = request.header(name);
    if (value === null) return fail(`${name} was not in the request`);
    return `${name}: ${value}`;
  });
  checkDate(request, now);
  if (!names2.includes("date")) fail("date was not a signed header");
  return {
    keyId: params.keyId,
    algorithm,
    signature: params.signature,
    signingString: lines.join("\n")
  };
}
function parseParams(text2) {
  const params = {};
  for (let at = 0; at < text2.length; ) {
    const [whole, name, value] = /^([A-Za-z]+)=(?:"([^"]*)"|\d+)/.exec(text2.slice(at)) ?? fail("bad param format");
    params[name] = value ?? whole.slice(name.length + 1);
    at += whole.length;
    if (at < text2.length && text2[at] !== ",") fail("bad param format");
    at++;
  }
  return params;
}
function checkDate(request, now) {
  const date = request.header("x-date") ?? request.header("date");
  if (date === null) return;
  const skew = Math.abs(now - Date.parse(date));
  if (skew > CLOCK_SKEW * 1e3) {
    fail(`clock skew of ${skew / 1e3}s was greater than ${CLOCK_SKEW}s`);
  }
}
var LEGACY = /^Signature keyId="([^"]+)",algorithm="(rsa-sha(?:1|256|512))"(?:,headers="[^"]*")? (\S+)$/i;
function legacy(header, request, now) {
  const match3 = LEGACY.exec(header);
  const date = request.header("date");
  if (match3 === null || date === null) return void 0;
  if (!(Math.abs(now - Date.parse(date)) <= CLOCK_SKEW * 1e3)) return void 0;
  return {
    keyId: match3[1],
    algorithm: match3[2].toLowerCase(),
    signature: match3[3],
    signingString: date
  };
}

// cloudapi/auth.ts
var REFUSED = "Invalid authorization credentials supplied";
async function authenticate(world, verifier, header, request, version) {
  if (header === null || !/^signature( |$)/i.test(header)) {
    throw badCredentials("You must make authenticated requests to use CloudAPI");
  }
  const claim = parseAuthorization(header, request, world.clock.now());
  return await proveClaim(world, verifier, claim, version);
}
async function proveClaim(world, verifier, claim, version) {
  const parts = claim.keyId.split("/");
  const ofUser = parts.length === 6 && parts[4] === "keys" && atLeast(version, "7.2.0");
  if (!ofUser && !(parts.length === 4 && parts[2] === "keys")) {
    throw badCredentials(`Invalid KeyId ${claim.keyId} in authorization header`);
  }
  const signer = world.accounts.get(parts[1]);
  const user = ofUser ? signer?.users.find(({ login }) => login === parts[3]) : void 0;
  const person = ofUser ? user : signer;
  const name = parts.at(-1);
  const keys = person?.keys.filter((key) => key.fingerprint === name || key.name === name) ?? [];
  if (signer === void 0 || keys.length === 0) throw badCredentials(REFUSED);
  if (verifier !== void 0) {
    const { algorithm, signingString, signature } = claim;
    if (!await verifier.check(keys[0].parsed, algorithm, signingString, signature)) {
      throw badCredentials(REFUSED);
    }
  }
  if (signer.disabled) throw notAuthorized("Account or user is disabled");
  return {
    signer,
    user,
    keyId: claim.keyId
  };
}
function accountOf(world, params, sender) {
  if (params.account === void 0 || params.account === "my") params.account = sender.signer.login;
  if (sender.user !== void 0) return sender.signer;
  const login = String(params.account);
  const account = world.accounts.get(login) ?? [
    ...world.accounts.values()
  ].find(({ id }) => id === login);
  if (account === void 0) throw notFound(`${login} does not exist`);
  return account;
}
function authorize(sender, account, route2, params, path11) {
  if (sender.user === void 0 && (sender.signer === account || sender.signer.operator)) return [];
  const id = (sender.user ?? sender.signer).id;
  const own = account.roles.filter(({ members }) => members.some((member) => member.id === id));
  const asked = typeof params["as-role"] === "string" ? params["as-role"].split(",") : void 0;
  const roles = asked === void 0 ? own.filter(({ members }) => members.some((member) => member.id === id && member.default)) : asked.map((name) => own.find((role) => role.name === name));
  if (roles.includes(void 0)) throw notAuthorized(`You do not have permission to access ${account.login}`);
  const action = actionOf(route2, params);
  const rules = roles.flatMap(({ policies }) => policies).flatMap((policy) => account.policies.find((each) => each.id === policy)?.rules ?? []);
  if (!rules.some((rule) => allows(rule, action))) {
    throw notAuthorized(`You do not have permission to access ${path11} (${action})`);
  }
  return roles;
}
function actionOf(route2, params) {
  if (route2.name !== "UpdateMachine") return route2.name.toLowerCase();
  if (params.action === "enable_firewall") return "enablemachinefirewall";
  if (params.action === "disable_firewall") return "disablemachinefirewall";
  return `${params.action}machine`;
}
function allows(rule, action) {
  const [, actions] = /^\s*CAN\s+(.+?)(?:\s+(?:WHEN|IF|TO)\s+.*)?$/i.exec(rule) ?? [];
  const named2 = actions?.split(/\s*,\s*|\s+AND\s+/i).map((each) => each.trim().toLowerCase()) ?? [];
  return named2.includes("*") || named2.includes(action);
}

// cloudapi/call.ts
function machineOfCall(call) {
  if (call.machine === void 0) throw new Error(`${call.route.name} has no machine`);
  return call.machine;
}
var callerOf = (call) => ({
  type: "signature",
  ip: call.ip,
  keyId: call.keyId
});
function recordContext(call) {
  const { world, account } = call;
  const { datacenter, dnsSuffix } = world.settings;
  return {
    version: call.version,
    credentials: call.params.credentials,
    memory: world.jsonMemory,
    dnsNames: account.cns ? (machine) => [
      machine.name,
      machine.id
    ].map((label) => `${label}.inst.${account.id}.${datacenter}.${dnsSuffix}`) : void 0
  };
}
function textParam(call, name) {
  const value = call.params[name];
  if (value === void 0 || value === null || value === "") return void 0;
  return String(value);
}

// cloudapi/machine_names.ts
var ALIAS = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
function nameProblem(account, name) {
  if (!ALIAS.test(name) || name.length > 189) {
    return {
      field: "alias",
      code: "Invalid",
      message: "String does not match regexp: " + ALIAS
    };
  }
  if (account.machines.named(name).some(isActive)) {
    return {
      field: "alias",
      code: "Duplicate",
      message: "Already exists for this owner_uuid"
    };
  }
  return void 0;
}
function nameIsTaken(account, name, message) {
  const problem = nameProblem(account, name);
  if (problem !== void 0) throw validationFailed(message, problem);
}

// cloudapi/machine_actions.ts
var TRANSITIONS = {
  start: {
    action: "start",
    from: "stopped",
    through: [
      {
        state: "running",
        share: 1
      }
    ],
    changes: [
      "state"
    ]
  },
  stop: {
    action: "stop",
    from: "running",
    through: [
      {
        state: "stopping",
        share: 0
      },
      {
        state: "stopped",
        share: 1
      }
    ],
    changes: [
      "state"
    ]
  },
  reboot: {
    action: "reboot",
    from: "running",
    through: [
      {
        state: "stopping",
        share: 0
      },
      {
        state: "ready",
        share: 0.7
      },
      {
        state: "running",
        share: 1
      }
    ],
    changes: [
      "state"
    ]
  }
};
function doAction(call, machine, action) {
  const { world } = call;
  const plan = Object.hasOwn(TRANSITIONS, action) ? TRANSITIONS[action] : void 0;
  const make = Object.hasOwn(UPDATES, action) ? UPDATES[action] : void 0;
  if (plan === void 0 && make === void 0) return void 0;
  if (machine.state === "destroyed" && !action.endsWith("deletion_protection")) {
    return {
      status: 410,
      body: machineRecord(machine, recordContext(call))
    };
  }
  if (plan !== void 0) {
    allocated(machine, action);
    checkState(call, machine, action, plan.from);
    begin(call, machine, plan);
    return {
      status: 202
    };
  }
  const update = make(call, machine);
  if (update === void 0) return {
    status: 202
  };
  allocated(machine, "update");
  if (world.settings.stateChecks === "api" && machine.state === "failed") {
    throw invalidState(`Cannot ${action} a VM from a 'failed' state`);
  }
  begin(call, machine, update);
  return {
    status: 202
  };
}
function begin(call, machine, work2) {
  call.world.executed(machine, work2.action);
  call.world.workshop.add(machine, {
    ...work2,
    caller: callerOf(call)
  });
}
function allocated(machine, action) {
  if (machine.state !== "provisioning") return;
  throw new Problem(409, "UnallocatedVM", `Cannot call ${action} for a VM that has not been provisioned yet`);
}
function checkState(call, machine, action, from) {
  if (call.world.settings.stateChecks === "job" || visible(machine) === from) return;
  throw invalidState(`Cannot ${action} a VM from a '${publicState(visible(machine))}' state`);
}
var UPDATES = {
  rename(call, machine) {
    const name = textParam(call, "name");
    if (name === void 0) throw missingParameter("New name must be specified");
    if (name.length > 189) throw invalidArgument("Name cannot be longer than 189 characters.");
    if (call.account.cns && name.length > 63) {
      throw invalidArgument("Name cannot be longer than 63 characters, because you have triton_cns_enabled set on your Account.");
    }
    nameIsTaken(call.account, name, "Invalid VM update parameters");
    return {
      action: "rename",
      pace: "update",
      changes: [
        "alias"
      ],
      finally: () => {
        call.account.machines.rename(machine, name);
      }
    };
  },
  resize(call, machine) {
    if (machine.brand === "kvm") throw invalidArgument("resize is not supported for KVM virtualmachines");
    const asked = textParam(call, "package");
    if (asked === void 0) throw missingParameter("package must be specified");
    const pkg2 = call.world.packages.find(({ id }) => id === asked) ?? newestPackage(call.world.packages, asked);
    if (pkg2 === void 0) throw invalidArgument(`${asked} is not a valid package`);
    if (!pkg2.active) throw invalidArgument(`${asked} is inactive. Must use an active package`);
    const { min_ram, max_ram } = call.world.images.find(({ id }) => id === machine.image)?.requirements ?? {};
    if (min_ram !== void 0 && min_ram > pkg2.memory) {
      throw invalidArgument(`Package RAM (${pkg2.memory}) is less than allowed by the image (${min_ram})`);
    }
    if (max_ram !== void 0 && max_ram < pkg2.memory) {
      throw invalidArgument(`Package RAM (${pkg2.memory}) is more than allowed by the image (${max_ram})`);
    }
    if (machine.brand === "bhyve" && !pkg2.flexible) {
      throw invalidArgument("Resizing to a package without flexible disk space is not supported");
    }
    return {
      action: "resize",
      pace: 0.3,
      changes: [
        "ram"
      ],
      finally: () => {
        machine.pkg = pkg2;
      }
    };
  },
  enable_firewall: (_, machine) => flag(machine, "firewall", true, "unknown"),
  disable_firewall: (_, machine) => flag(machine, "firewall", false, "unknown"),
  enable_deletion_protection: (_, machine) => flag(machine, "protection", true, "enable_deletion_protection"),
  disable_deletion_protection: (_, machine) => flag(machine, "protection", false, "disable_deletion_protection")
};
function flag(machine, what, on, action) {
  if (machine[what] === on) return void 0;
  return {
    action,
    pace: "update",
    changes: [
      what
    ],
    finally: () => {
      machine[what] = on;
    }
  };
}

// cloudapi/machine_routes.ts
var UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
function loadMachine(call) {
  if (!call.path.includes("/machines")) return;
  const id = call.params.machine ?? (call.params.resource_name === "machines" ? call.params.resource_id : void 0);
  if (id === void 0 || id === "") return;
  if (typeof id !== "string" || !UUID.test(id)) {
    throw validationFailed("Invalid Parameters", {
      field: "uuid",
      code: "Invalid",
      message: "Invalid UUID"
    });
  }
  const machine = call.account.machines.get(id);
  if (machine === void 0) throw notFound("VM not found");
  call.machine = machine;
  call.params.image = machine.image;
}
function filters(call) {
  const { params } = call;
  const tests = [];
  const state = params.state;
  if (state === "running" || state === "stopped") tests.push((machine) => visible(machine) === state);
  else if (state === "destroyed") tests.push((machine) => machine.state === "destroyed");
  else if (state === "unknown") throw invalidParameter("state", "Invalid parameter");
  else if (state !== void 0 && ![
    "provisioning",
    "stopping",
    "active"
  ].includes(String(state))) {
    throw invalidArgument(`${state} is not a valid state`);
  }
  const lies = state !== void 0 && state !== "destroyed";
  if (lies || state === void 0 && !params.tombstone) tests.push(isActive);
  if (params.type === "smartmachine") tests.push((machine) => !isVirtual(machine.brand));
  else if (params.type === "virtualmachine") tests.push((machine) => isVirtual(machine.brand));
  else if (params.type !== void 0) throw invalidArgument(`${params.type} is not a valid type`);
  const docker = params.docker === void 0 ? void 0 : String(params.docker);
  if (docker !== void 0) {
    if (docker !== "true" && docker !== "false") throw invalidArgument(`${docker} is not a valid boolean`);
    tests.push((machine) => machine.docker === (docker === "true"));
  }
  const brand = textParam(call, "brand");
  if (brand !== void 0) tests.push((machine) => machine.brand === brand);
  const image2 = textParam(call, "image");
  if (image2 !== void 0) tests.push((machine) => machine.image === image2);
  const memory = textParam(call, "memory");
  if (memory !== void 0) tests.push((machine) => machine.pkg.memory === Number(memory));
  const name = textParam(call, "name");
  if (name !== void 0) tests.push((machine) => machine.name === name);
  for (const [key, wanted2] of Object.entries(params)) {
    if (!key.startsWith("tag.")) continue;
    const tag = key.slice(4);
    tests.push((machine) => Object.hasOwn(machine.tags, tag) && String(machine.tags[tag]) === String(wanted2));
  }
  return tests;
}
function invalidParameter(field, message) {
  return validationFailed("Invalid Parameters", {
    field,
    code: "Invalid",
    message
  });
}
function pageNumber(call, field, fallback, min, max) {
  const value = call.params[field];
  if (value === void 0 || value === "") return fallback;
  const number2 = Number.parseInt(String(value), 10);
  if (!(number2 >= min && number2 <= max)) {
    const bounds = max === Infinity ? `greater than or equal to ${min}` : `between ${min} and ${max}`;
    throw invalidParameter(field, `Not a valid number: number must be ${bounds}`);
  }
  return number2;
}
function listMachines(call) {
  const { pageLimit } = call.world.settings;
  const context = recordContext(call);
  const found = [];
  const headers = {};
  if (call.params.tags === "*") {
    for (const machine of call.account.machines.all()) {
      if (Object.keys(machine.tags).length > 0) found.push(machineJson(machine, context));
    }
  } else {
    const tests = filters(call);
    const limit = pageNumber(call, "limit", pageLimit, 1, pageLimit);
    let skip = pageNumber(call, "offset", 0, 0, Infinity);
    headers["x-query-limit"] = String(limit);
    const name = textParam(call, "name");
    const candidates = name === void 0 ? call.account.machines.all() : call.account.machines.named(name);
    for (const machine of candidates) {
      if (!tests.every((test) => test(machine))) continue;
      if (skip-- > 0) continue;
      found.push(machineJson(machine, context));
      if (found.length === limit) break;
    }
  }
  headers["x-resource-count"] = String(found.length);
  return {
    headers,
    json: `[${found.join(",")}]`
  };
}
function getMachine(call) {
  const machine = machineOfCall(call);
  return {
    status: machine.state === "destroyed" ? 410 : 200,
    json: machineJson(machine, recordContext(call))
  };
}
function updateMachine(call) {
  const { action } = call.params;
  if (!action) throw missingParameter("action is required");
  return doAction(call, machineOfCall(call), String(action)) ?? refuseAction(String(action));
}
function refuseAction(action) {
  throw invalidArgument(`${action} is not a valid action`);
}
function deleteMachine(call) {
  const machine = machineOfCall(call);
  const { world } = call;
  if (machine.state === "destroyed") {
    return {
      status: 410,
      body: machineRecord(machine, recordContext(call))
    };
  }
  if (machine.protection) {
    throw new Problem(409, "CannotDestroyMachineError", 'Instance has "deletion_protection" enabled, preventing deletion');
  }
  if (world.workshop.pending(machine, "destroy")) return {
    status: 204
  };
  if (machine.state === "provisioning") {
    throw new Problem(409, "UnallocatedVM", "Cannot delete a VM that has not been provisioned yet");
  }
  const running = machine.state === "running";
  world.executed(machine, "destroy");
  world.workshop.add(machine, {
    action: "destroy",
    caller: callerOf(call),
    through: [
      ...running ? [
        {
          state: "stopping",
          share: 0
        }
      ] : [],
      {
        state: "destroyed",
        share: 1
      }
    ],
    pace: 0.7,
    changes: [
      "state",
      "destroyed"
    ]
  });
  return {
    status: 204
  };
}
var machineRoutes = [
  {
    method: "GET",
    path: "/:account/machines",
    name: "ListMachines",
    group: "machines",
    head: true,
    handle: listMachines
  },
  {
    method: "GET",
    path: "/:account/machines/:machine",
    name: "GetMachine",
    group: "machines",
    head: true,
    handle: getMachine
  },
  {
    method: "POST",
    path: "/:account/machines/:machine",
    name: "UpdateMachine",
    group: "machines",
    handle: updateMachine
  },
  {
    method: "DELETE",
    path: "/:account/machines/:machine",
    name: "DeleteMachine",
    group: "machines",
    handle: deleteMachine
  }
];

// cloudapi/params.ts
var MAX_BODY = 1e5;
function parseQuery(search) {
  const found = {};
  for (const [rawKey, value] of new URLSearchParams(search)) {
    const isArray = rawKey.endsWith("[]");
    const key = isArray ? rawKey.slice(0, -2) : rawKey;
    const before2 = Object.hasOwn(found, key) ? found[key] : void 0;
    if (Array.isArray(before2)) before2.push(value);
    else if (before2 !== void 0) found[key] = [
      before2,
      value
    ];
    else set(found, key, isArray ? [
      value
    ] : value);
  }
  return found;
}
function set(target, key, value) {
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true
  });
}
function mergeParams(path11, query, body) {
  const merged = {};
  for (const source of [
    query,
    path11,
    body ?? {}
  ]) {
    for (const key of Object.keys(source)) set(merged, key, source[key]);
  }
  return merged;
}
async function readBody(request) {
  if (request.body === null) return void 0;
  const type = (request.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
  const stream = request.headers.get("content-encoding") === "gzip" ? request.body.pipeThrough(new DecompressionStream("gzip")) : void 0;
  const bytes = stream === void 0 ? new Uint8Array(await request.arrayBuffer()) : new Uint8Array(await new Response(stream).arrayBuffer());
  if (bytes.length > MAX_BODY) {
    throw new Problem(413, "PayloadTooLargeError", `Request body size exceeds ${MAX_BODY}`);
  }
  const claimed = request.headers.get("content-md5");
  if (claimed !== null && claimed !== md5Base64(bytes)) {
    throw new Problem(400, "BadDigest", `Content-MD5 '${claimed}' didn't match '${md5Base64(bytes)}'`);
  }
  if (bytes.length === 0) return void 0;
  const text2 = new TextDecoder().decode(bytes);
  if (type === "application/json") return parseJson(text2);
  if (type === "application/x-www-form-urlencoded") return parseQuery(text2);
  if (type === "multipart/form-data") {
    const form = await new Response(bytes, {
      headers: {
        "content-type": request.headers.get("content-type")
      }
    }).formData();
    return Object.fromEntries([
      ...form
    ].filter(([, value]) => typeof value === "string"));
  }
  return void 0;
}
function parseJson(text2) {
  let value;
  try {
    value = JSON.parse(text2);
  } catch (error) {
    throw new Problem(400, "InvalidContent", `Invalid JSON: ${error.message}`);
  }
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : void 0;
}

// cloudapi/presigned.ts
var REQUIRED = [
  "algorithm",
  "expires",
  "keyId",
  "signature"
];
var KNOWN = /^(RSA-SHA(1|256|384|512)|DSA-SHA(1|256)|ECDSA-SHA(256|384|512)|ED25519-SHA512)$/;
async function presignedSender(server, request, url, query, version) {
  const missing = REQUIRED.filter((name) => !query[name]);
  if (missing.length === REQUIRED.length) return void 0;
  const methods = String(query.method ?? request.method).split(/\s*,\s*/).sort();
  if (!methods.includes(request.method)) throw plainError(`${request.method} was not a signed method`);
  if (missing.length > 0) throw plainError(`parameters "${missing.join(", ")}" are required`);
  if (!/^\d+$/.test(String(query.expires))) throw plainError("expires is invalid");
  if (Math.floor(server.world.clock.now() / 1e3) > Number(query.expires)) {
    throw plainError("request expired");
  }
  const algorithm = String(query.algorithm).toUpperCase();
  if (!KNOWN.test(algorithm)) throw plainError(`${algorithm} is not a supported signing algorithm`);
  const signed2 = Object.keys(query).filter((name) => name.toLowerCase() !== "signature").sort((a, b) => a.localeCompare(b)).map((name) => `${rfc3986(name)}=${rfc3986(String(query[name]))}`).join("&");
  const claim = {
    keyId: String(query.keyId),
    algorithm: algorithm.toLowerCase(),
    signature: String(query.signature),
    signingString: [
      methods.join(","),
      request.headers.get("host") ?? url.host,
      url.pathname,
      signed2
    ].join("\n")
  };
  return await proveClaim(server.world, server.verifier, claim, version);
}
function rfc3986(text2) {
  return encodeURIComponent(text2).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

// cloudapi/role_tags.ts
var TAGGABLE = /* @__PURE__ */ new Set([
  "machines",
  "users",
  "roles",
  "packages",
  "images",
  "policies",
  "keys",
  "datacenters",
  "fwrules",
  "networks",
  "services"
]);
function resourceName(call) {
  const parts = call.path.split("/").slice(1);
  parts[0] = call.account.login;
  const keep = parts[1] === "machines" ? 3 : parts[1] === "users" && parts[3] === "keys" ? 5 : 4;
  return decodeURIComponent(`/${parts.slice(0, keep).join("/")}`);
}
function roleTagsOf(call) {
  return call.machine?.roleTags ?? call.account.roleTags.get(resourceName(call)) ?? [];
}
function tagCreated(call, path11) {
  const header = call.request.headers.get("role-tag");
  const names2 = header === null ? call.roles.map(({ name }) => name) : header.split(",").map((name) => name.trim());
  const known = names2.filter((name) => call.account.roles.some((role) => role.name === name));
  if (known.length === 0) return;
  const machine = call.account.machines.get(path11.split("/").at(-1));
  if (machine !== void 0) machine.roleTags = known;
  else call.account.roleTags.set(decodeURIComponent(path11), known);
}
function setRoleTags(call) {
  const { resource_name: kind } = call.params;
  if (kind !== void 0 && !TAGGABLE.has(String(kind))) throw notFound(`${kind} is not a valid resource`);
  const sent = call.params["role-tag"] ?? call.request.headers.get("role-tag")?.split(",");
  const names2 = sent === void 0 ? [] : (Array.isArray(sent) ? sent : [
    sent
  ]).map(String);
  for (const name of names2) {
    if (!call.account.roles.some((role) => role.name === name)) {
      throw invalidArgument(`Role(s) ${name} not found`);
    }
  }
  const path11 = resourceName(call);
  if (kind === "users" && call.params.resource_id !== void 0) {
    const user = call.params.resource_id;
    if (!call.account.users.some(({ id, login }) => id === user || login === user)) {
      throw notFound(`${user} does not exist`);
    }
  }
  if (sent !== void 0) {
    if (call.machine !== void 0) call.machine.roleTags = names2;
    else call.account.roleTags.set(path11, names2);
  }
  return {
    body: {
      name: path11,
      "role-tag": names2
    }
  };
}
var paths = {
  ReplaceAccountRoleTags: "/:account",
  ReplaceResourcesRoleTags: "/:account/:resource_name",
  ReplaceMachineRoleTags: "/:account/machines/:machine",
  ReplaceResourceRoleTags: "/:account/:resource_name/:resource_id",
  ReplaceUserKeysResourcesRoleTags: "/:account/users/:user/:resource_name",
  ReplaceUserKeysResourceRoleTags: "/:account/users/:user/keys/:resource_id"
};
var roleTagRoutes = Object.entries(paths).map(([name, path11]) => ({
  method: "PUT",
  path: path11,
  name,
  group: "resources",
  handle: setRoleTags
}));

// cloudapi/dispatch.ts
var ACCEPTED = [
  "application/json",
  "text/plain",
  "application/octet-stream",
  "application/javascript"
];
async function dispatch(server, request, ip, found) {
  const { world } = server;
  const { method, headers } = request;
  const url = new URL(request.url);
  const range2 = headers.get("accept-version") ?? headers.get("x-api-version") ?? "*";
  const { route: route2, params: pathParams, version } = server.router.find(method, url.pathname, range2);
  found(route2);
  checkAccept(headers.get("accept"));
  const query = parseQuery(url.search);
  const body = method === "GET" || method === "HEAD" ? void 0 : await readBody(request);
  const call = {
    world,
    request,
    method,
    path: url.pathname,
    query,
    params: mergeParams(pathParams, query, body),
    version,
    route: route2,
    ip,
    roles: [],
    machine: void 0,
    // The four that follow are known after authentication; ping does without.
    account: void 0,
    signer: void 0,
    user: void 0,
    keyId: ""
  };
  if (route2.name === "Ping") return await route2.handle(call);
  const sender = await presignedSender(server, request, url, query, version) ?? await authenticate(world, server.verifier, headers.get("authorization"), {
    method,
    target: url.pathname + url.search,
    header: (name) => headers.get(name) ?? (name === "host" ? url.host : null)
  }, version);
  call.signer = sender.signer;
  call.user = sender.user;
  call.keyId = sender.keyId;
  call.account = accountOf(world, call.params, sender);
  loadMachine(call);
  call.roles = authorize(sender, call.account, route2, call.params, url.pathname);
  if (server.readOnly && method !== "GET" && method !== "HEAD") {
    const eta = server.readOnly.eta;
    throw new Problem(503, "ServiceUnavailableError", "This Triton data center is being upgraded", {
      headers: eta === void 0 ? {} : {
        "retry-after": new Date(eta).toUTCString()
      }
    });
  }
  if (!call.signer.operator) server.throttle.take(call.account.login, route2.group, world.clock.now());
  const reply = await route2.handle(call);
  if (reply.status === 201 && reply.headers?.location !== void 0) tagCreated(call, reply.headers.location);
  if (method === "GET" || method === "HEAD") {
    const roles = roleTagsOf(call);
    if (roles.length > 0) reply.headers = {
      ...reply.headers,
      "role-tag": roles.join()
    };
  }
  return reply;
}
function checkAccept(accept) {
  if (accept === null) return;
  const wanted2 = accept.split(",").map((part) => part.split(";")[0].trim().toLowerCase());
  const fine = wanted2.some((type) => type === "" || type === "*/*" || ACCEPTED.includes(type) || type === "text/*" || type === "application/*");
  if (!fine) throw new Problem(406, "NotAcceptableError", `Server accepts: ${ACCEPTED.join()}`);
}

// cloudapi/router.ts
var Router = class {
  #bySize = /* @__PURE__ */ new Map();
  constructor(routes2) {
    for (const route2 of routes2) {
      const segments = route2.path.split("/").slice(1);
      for (const method of route2.head ? [
        route2.method,
        "HEAD"
      ] : [
        route2.method
      ]) {
        const key = `${method} ${segments.length}`;
        const same = this.#bySize.get(key);
        if (same === void 0) this.#bySize.set(key, [
          {
            route: route2,
            segments
          }
        ]);
        else same.push({
          route: route2,
          segments
        });
      }
    }
  }
  /**
   * The route of a request, with the path's parameters decoded and the version negotiated.
   *
   * @throws {Problem} 405 where the path exists for another method, 404 where for none, 400 InvalidVersion.
   */
  find(method, path11, range2) {
    const parts = path11.split("/").slice(1);
    let version;
    for (const { route: route2, segments } of this.#bySize.get(`${method} ${parts.length}`) ?? []) {
      const params = match(segments, parts);
      if (params === void 0) continue;
      if (route2.versions !== void 0 && negotiate(range2, route2.versions) === void 0) {
        version = "";
        continue;
      }
      version = negotiate(range2, API_VERSIONS);
      if (version === void 0) break;
      return {
        route: route2,
        params,
        version
      };
    }
    if (version !== void 0 || this.#knows(method, parts)) {
      throw new Problem(400, "InvalidVersion", `${range2} is not supported by ${method} ${path11}`);
    }
    if ([
      "GET",
      "HEAD",
      "POST",
      "PUT",
      "DELETE"
    ].some((other2) => this.#knows(other2, parts))) {
      throw new Problem(405, "MethodNotAllowedError", `${method} is not allowed`);
    }
    throw notFound(`${path11} does not exist`);
  }
  #knows(method, parts) {
    return (this.#bySize.get(`${method} ${parts.length}`) ?? []).some(({ segments }) => match(segments, parts) !== void 0);
  }
};
function match(segments, parts) {
  const params = {};
  for (const [i, segment] of segments.entries()) {
    const part = parts[i];
    if (!segment.startsWith(":")) {
      if (segment !== part) return void 0;
    } else if (part === "") {
      return void 0;
    } else {
      try {
        params[segment.slice(1)] = decodeURIComponent(part);
      } catch {
        return void 0;
      }
    }
  }
  return params;
}

// cloudapi/account_routes.ts
var PROFILE = [
  "companyName",
  "firstName",
  "lastName",
  "address",
  "postalCode",
  "city",
  "state",
  "country",
  "phone"
];
function showPerson(person) {
  const { id, login, email, profile, created, updated } = person;
  return {
    id,
    login,
    email,
    ...profile,
    updated: new Date(updated).toISOString(),
    created: new Date(created).toISOString()
  };
}
function updatePerson(person, params, now) {
  if (typeof params.email === "string" && params.email !== "") person.email = params.email;
  for (const key of PROFILE) {
    if (params[key] === void 0) continue;
    if (params[key] === "") delete person.profile[key];
    else person.profile[key] = String(params[key]);
  }
  person.updated = now;
}
function show(account) {
  const { updated, created, ...rest } = showPerson(account);
  return {
    ...rest,
    triton_cns_enabled: account.cns,
    updated,
    created
  };
}
function updateAccount(call) {
  const { account, params } = call;
  const cns = params.triton_cns_enabled === void 0 ? void 0 : String(params.triton_cns_enabled);
  if (cns !== void 0 && cns !== "true" && cns !== "false") {
    throw invalidArgument('triton_cns_enabled must be either "true" or "false"');
  }
  updatePerson(account, params, call.world.agenda.now);
  if (cns !== void 0) account.cns = cns === "true";
  return {
    body: show(account)
  };
}
function updateConfig(call) {
  const id = textParam(call, "default_network");
  if (id !== void 0 && !/^[0-9a-f-]{36}$/.test(id)) {
    throw invalidArgument('property "default_network": must be a UUID');
  }
  if (!call.world.networks.some((net) => net.id === id)) throw invalidArgument("unknown network");
  call.account.config.default_network = id;
  return {
    body: call.account.config
  };
}
var accountRoutes = [
  {
    method: "GET",
    path: "/:account",
    name: "GetAccount",
    group: "account",
    head: true,
    handle: (call) => ({
      body: show(call.account)
    })
  },
  {
    method: "POST",
    path: "/:account",
    name: "UpdateAccount",
    group: "account",
    handle: updateAccount
  },
  {
    method: "GET",
    path: "/:account/limits",
    name: "GetProvisioningLimits",
    group: "account",
    handle: () => ({
      body: []
    })
  },
  {
    method: "GET",
    path: "/:account/config",
    name: "GetConfig",
    group: "config",
    head: true,
    handle: (call) => ({
      body: call.account.config
    })
  },
  {
    method: "PUT",
    path: "/:account/config",
    name: "UpdateConfig",
    group: "config",
    handle: updateConfig
  }
];

// cloudapi/audit.ts
function machineAudit(call) {
  const machine = machineOfCall(call);
  const done = machine.jobs.filter((job) => job.finished !== void 0).map((job) => ({
    success: job.execution === "succeeded" ? "yes" : "no",
    time: new Date(job.finished).toISOString(),
    action: job.action,
    caller: job.caller
  }));
  done.sort((a, b) => a.time < b.time ? 1 : a.time > b.time ? -1 : 0);
  if (!machine.jobs.some(({ action }) => action === "provision")) {
    done.push({
      success: machine.state === "failed" && done.length === 0 ? "no" : "yes",
      time: new Date(machine.created + 45e3).toISOString(),
      action: "provision",
      caller: {
        type: "signature",
        ip: "127.0.0.1",
        keyId: `/${call.account.login}/keys/${call.account.keys[0]?.fingerprint ?? "unknown"}`
      }
    });
  }
  return {
    body: done
  };
}
var auditRoutes = [
  {
    method: "GET",
    path: "/:account/machines/:machine/audit",
    name: "MachineAudit",
    group: "machines",
    head: true,
    handle: machineAudit
  }
];

// cloudapi/datacenters.ts
var origin = (call) => new URL(call.request.url).origin;
var datacentersOf = (call) => ({
  [call.world.settings.datacenter]: origin(call),
  "sim-elsewhere": "https://elsewhere.sim.invalid"
});
function getDatacenter(call) {
  const name = String(call.params.dc);
  const all = datacentersOf(call);
  if (!Object.hasOwn(all, name)) throw notFound(`${name} is not an available datacenter`);
  const url = all[name];
  return {
    status: 302,
    headers: {
      location: url
    },
    body: {
      code: "ResourceMoved",
      message: ` ${name} ${url}`
    }
  };
}
var here = (call) => ({
  "triton-datacenter-name": call.world.settings.datacenter
});
var datacenterRoutes = [
  {
    method: "GET",
    path: "/--ping",
    name: "Ping",
    group: "",
    handle: (call) => ({
      headers: here(call),
      body: {
        ping: "pong",
        cloudapi: {
          versions: API_VERSIONS
        }
      }
    })
  },
  {
    method: "GET",
    path: "/:account/datacenters",
    name: "ListDatacenters",
    group: "datacenter",
    handle: (call) => ({
      headers: here(call),
      body: datacentersOf(call)
    })
  },
  {
    method: "GET",
    path: "/:account/datacenters/:dc",
    name: "GetDatacenter",
    group: "datacenter",
    handle: getDatacenter
  },
  {
    method: "GET",
    path: "/:account/services",
    name: "ListServices",
    group: "services",
    handle: (call) => ({
      body: {
        cloudapi: origin(call),
        docker: "tcp://docker.sim.invalid:2376",
        cns: "https://cns.sim.invalid"
      }
    })
  }
];

// cloudapi/disks.ts
var MAX_DISKS = 8;
function show2(machine, disk) {
  const { id, pci_slot, size, block_size, boot } = disk;
  return {
    id,
    pci_slot,
    size,
    block_size,
    boot,
    state: disk.state ?? machine.state
  };
}
function stopped(machine) {
  if (machine.state !== "stopped") throw invalidArgument("VM must be stopped");
}
function createDisk(call) {
  const machine = machineOfCall(call);
  const { size, pci_slot: slot } = call.params;
  if (machine.brand !== "bhyve") return {
    never: true
  };
  stopped(machine);
  if (!size) throw missingParameter("size must be specified");
  if (size !== "remaining" && Number.isNaN(Number(size))) throw invalidArgument("size must be a number");
  if (slot !== void 0 && !/^[0-9]{1,3}:[0-9]{1,2}:[0-7]$/.test(String(slot))) {
    throw invalidArgument("pci_slot has wrong format");
  }
  if (machine.disks.length >= MAX_DISKS) {
    throw invalidArgument(`A maximum of ${MAX_DISKS} disks per VM are supported`);
  }
  if (size === "remaining" && !machine.pkg.flexible) {
    throw invalidArgument("remaining is only supported for VMs created with flexible_disk_size packages");
  }
  const used = machine.disks.reduce((sum, disk2) => sum + disk2.size, 0);
  if (machine.pkg.flexible && size !== "remaining" && used + Number(size) > machine.pkg.disk) {
    throw new Problem(409, "InsufficientDiskSpace", "VM does not have sufficient free disk");
  }
  const free = [
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7"
  ].map((n) => `0:4:${n}`).find((each) => !machine.disks.some((disk2) => disk2.pci_slot === each));
  const disk = {
    id: diskId(machine.id, String(slot ?? free)),
    pci_slot: String(slot ?? free),
    size: size === "remaining" ? machine.pkg.disk - used : Number(size),
    block_size: Number(call.params.block_size ?? 8192),
    boot: false,
    state: "creating"
  };
  if (slot !== void 0) machine.disks = [
    ...machine.disks,
    disk
  ];
  begin(call, machine, {
    action: "unknown",
    pace: "update",
    changes: [
      "disks"
    ],
    finally: () => {
      delete disk.state;
      if (!machine.disks.includes(disk)) machine.disks = [
        ...machine.disks,
        disk
      ];
    }
  });
  if (slot === void 0) return {
    status: 202
  };
  return {
    headers: {
      location: `/${call.account.login}/machines/${machine.id}/disks/${disk.id}`
    },
    body: show2(machine, disk)
  };
}
function diskOf(call) {
  const disk = machineOfCall(call).disks.find(({ id }) => id === call.params.disk);
  if (disk === void 0) throw notFound("disk not found");
  return disk;
}
function resizeDisk(call) {
  const machine = machineOfCall(call);
  const disk = diskOf(call);
  stopped(machine);
  const { size, dangerous_allow_shrink: shrink } = call.params;
  if (!size) throw missingParameter("size must be specified");
  if (Number.isNaN(Number(size))) throw invalidArgument("size must be a number");
  if (shrink !== void 0 && typeof shrink !== "boolean") {
    throw invalidArgument("dangerous_allow_shrink must be a boolean");
  }
  if (Number(size) < disk.size && shrink !== true) {
    throw invalidArgument("Reducing disk size is a dangerous operation");
  }
  disk.state = "resizing";
  begin(call, machine, {
    action: "unknown",
    pace: "update",
    changes: [
      "disks"
    ],
    finally: () => {
      disk.size = Number(size);
      delete disk.state;
    }
  });
  return {
    body: show2(machine, disk)
  };
}
function deleteDisk(call) {
  const machine = machineOfCall(call);
  const disk = diskOf(call);
  stopped(machine);
  disk.state = "deleting";
  begin(call, machine, {
    action: "unknown",
    pace: "update",
    changes: [
      "disks"
    ],
    finally: () => {
      machine.disks = machine.disks.filter((each) => each !== disk);
    }
  });
  return {
    status: 204
  };
}
function listDisks(call) {
  const machine = machineOfCall(call);
  return {
    headers: {
      "x-resource-count": String(machine.disks.length)
    },
    body: machine.disks.map((disk) => show2(machine, disk))
  };
}
var path = "/:account/machines/:machine/disks";
var shared = {
  group: "machines",
  versions: SINCE_72
};
var diskRoutes = [
  {
    method: "POST",
    path,
    name: "CreateMachineDisk",
    ...shared,
    handle: createDisk
  },
  {
    method: "GET",
    path,
    name: "ListMachineDisks",
    ...shared,
    head: true,
    handle: listDisks
  },
  {
    method: "GET",
    path: `${path}/:disk`,
    name: "GetMachineDisk",
    ...shared,
    head: true,
    handle: (call) => ({
      body: show2(machineOfCall(call), diskOf(call))
    })
  },
  {
    method: "POST",
    path: `${path}/:disk`,
    name: "ResizeMachineDisk",
    ...shared,
    handle: resizeDisk
  },
  {
    method: "DELETE",
    path: `${path}/:disk`,
    name: "DeleteMachineDisk",
    ...shared,
    handle: deleteDisk
  }
];

// cloudapi/networks.ts
function showNetwork(call, net) {
  const { datacenter, dnsSuffix } = call.world.settings;
  return {
    id: net.id,
    name: net.name,
    public: net.public,
    ...net.description === void 0 ? {} : {
      description: net.description
    },
    ...net.fabric ? {
      fabric: true,
      vlan_id: net.vlan,
      subnet: net.subnet,
      netmask: net.netmask,
      provision_start_ip: net.provisionStart,
      provision_end_ip: net.provisionEnd,
      gateway: net.gateway,
      resolvers: net.resolvers,
      ...net.routes === void 0 ? {} : {
        routes: net.routes
      },
      internet_nat: net.nat
    } : {},
    ...call.account.cns ? {
      suffixes: [
        "svc",
        "inst"
      ].map((kind) => `${kind}.${call.account.id}.${datacenter}.${dnsSuffix}`)
    } : {}
  };
}
function networkOf(call, param) {
  const id = textParam(call, param);
  const net = call.world.networks.find((each) => each.id === id);
  if (net === void 0) throw notFound(`${id} not found`);
  return net;
}
function listNetworks(call) {
  const fabricsOnly = Boolean(call.query.fabric);
  const found = call.world.networks.filter((net) => !fabricsOnly || net.fabric);
  return {
    body: found.map((net) => showNetwork(call, net))
  };
}
function showIp(call, net, n) {
  if (n === ipNumber(net.gateway)) return {
    ip: ipText(n),
    reserved: true,
    managed: true
  };
  const machine = net.holders.get(n);
  return {
    ip: ipText(n),
    reserved: net.reserved.has(n),
    managed: false,
    ...machine === void 0 ? {} : {
      owner_uuid: call.account.id,
      belongs_to_uuid: machine
    }
  };
}
function listIps(call) {
  const net = networkOf(call, "id");
  const limit = page(call, "limit", 1e3, 1, 1e3);
  const offset = page(call, "offset", 0, 0, Infinity);
  for (const machine of call.account.machines.all()) void machine;
  const known = /* @__PURE__ */ new Set([
    ...net.holders.keys(),
    ...net.reserved,
    ...net.public ? [] : [
      ipNumber(net.gateway)
    ]
  ]);
  const numbers = [
    ...known
  ].sort((a, b) => a - b);
  const ips = numbers.slice(offset, offset + limit).map((n) => showIp(call, net, n));
  return {
    headers: {
      "x-query-limit": String(limit),
      "x-resource-count": String(ips.length)
    },
    body: ips
  };
}
function page(call, name, fallback, min, max) {
  const value = call.params[name];
  if (value === void 0 || value === "") return fallback;
  const number2 = Number(value);
  if (Number.isInteger(number2) && number2 >= min && number2 <= max) return number2;
  throw invalidArgument(`property "${name}": invalid value`);
}
function addressOf(call, net) {
  const ip = textParam(call, "ip_address");
  if (!isIp(ip)) {
    throw validationFailed("Invalid parameters", {
      field: "ip",
      code: "Invalid",
      message: "invalid IP"
    });
  }
  const n = ipNumber(ip);
  const [from, bits] = net.subnet.split("/");
  const start = ipNumber(from);
  if (n < start || n >= start + 2 ** (32 - Number(bits))) throw notFound(`${ip} not found`);
  return n;
}
function getIp(call) {
  const net = networkOf(call, "id");
  for (const machine of call.account.machines.all()) void machine;
  const n = addressOf(call, net);
  if (net.public && !net.holders.has(n)) throw notFound(`${ipText(n)} not found`);
  return {
    body: showIp(call, net, n)
  };
}
function updateIp(call) {
  const net = networkOf(call, "id");
  if (!Object.hasOwn(call.params, "reserved")) throw missingParameter("reserved is a required argument");
  const { reserved } = call.params;
  if (reserved !== true && reserved !== false && reserved !== "true" && reserved !== "false") {
    throw invalidArgument("reserved must be set to true or false");
  }
  if (net.public) throw invalidArgument(`cannot update an IP on a public network: ${net.id}`);
  const n = addressOf(call, net);
  if (n === ipNumber(net.gateway)) throw invalidArgument(`cannot update managed IP: ${ipText(n)}`);
  if (String(reserved) === "true") net.reserved.add(n);
  else net.reserved.delete(n);
  return {
    body: showIp(call, net, n)
  };
}
var group = "networks";
var networkRoutes = [
  {
    method: "GET",
    path: "/:account/networks",
    name: "ListNetworks",
    group,
    head: true,
    handle: listNetworks
  },
  {
    method: "GET",
    path: "/:account/networks/:network",
    name: "GetNetwork",
    group,
    head: true,
    handle: (call) => ({
      body: showNetwork(call, networkOf(call, "network"))
    })
  },
  {
    method: "GET",
    path: "/:account/networks/:id/ips",
    name: "ListNetworkIPs",
    group,
    head: true,
    handle: listIps
  },
  {
    method: "GET",
    path: "/:account/networks/:id/ips/:ip_address",
    name: "GetNetworkIP",
    group,
    head: true,
    handle: getIp
  },
  {
    method: "PUT",
    path: "/:account/networks/:id/ips/:ip_address",
    name: "UpdateNetworkIP",
    group,
    handle: updateIp
  }
];

// cloudapi/fabrics.ts
function vlanNumber(call) {
  const value = call.params.vlan_id;
  if (value === void 0) throw missingParameter('property "vlan_id": is missing and it is required');
  const number2 = Number(value);
  if (!Number.isInteger(number2) || number2 < 0 || number2 > 4095 || number2 === 1) {
    throw invalidArgument('property "vlan_id": VLAN must be 0, or 2-4095');
  }
  return number2;
}
function vlanOf(call) {
  const number2 = vlanNumber(call);
  const vlan2 = call.account.vlans.find(({ vlan_id }) => vlan_id === number2);
  if (vlan2 === void 0) throw notFound("vlan not found");
  return vlan2;
}
function show3(call, vlan2) {
  const { vlan_id, name, description } = vlan2;
  return {
    vlan_id,
    name,
    ...description === void 0 ? {} : {
      description
    },
    owner_uuid: call.account.id
  };
}
function createVlan(call) {
  const number2 = vlanNumber(call);
  const name = textParam(call, "name");
  if (name === void 0) throw invalidArgument('property "name": is missing and it is required');
  if (call.account.vlans.some(({ vlan_id }) => vlan_id === number2)) {
    throw invalidArgument('property "vlan_id": VLAN already exists');
  }
  const vlan2 = {
    vlan_id: number2,
    name,
    description: textParam(call, "description")
  };
  call.account.vlans.push(vlan2);
  return {
    status: 201,
    body: show3(call, vlan2)
  };
}
function updateVlan(call) {
  const vlan2 = vlanOf(call);
  vlan2.name = textParam(call, "name") ?? vlan2.name;
  vlan2.description = textParam(call, "description") ?? vlan2.description;
  return {
    status: 202,
    body: show3(call, vlan2)
  };
}
var networksOn = (call, vlan2) => call.world.networks.filter((net) => net.fabric && net.vlan === vlan2.vlan_id);
function deleteVlan(call) {
  const vlan2 = vlanOf(call);
  if (networksOn(call, vlan2).length > 0) {
    throw new Problem(409, "InUseError", "VLAN must not have networks on it");
  }
  call.account.vlans = call.account.vlans.filter((each) => each !== vlan2);
  return {
    status: 204
  };
}
function address(call, name) {
  const value = textParam(call, name);
  if (value !== void 0 && !isIp(value)) {
    throw invalidArgument(`property "${name}": must be an IPv4 address`);
  }
  return value;
}
function changes(call) {
  const { resolvers, routes: routes2 } = call.params;
  const list4 = resolvers === void 0 ? void 0 : (Array.isArray(resolvers) ? resolvers : [
    resolvers
  ]).map(String);
  if (list4 !== void 0 && list4.length > 4) {
    throw invalidArgument('property "resolvers": maximum of 4 resolvers');
  }
  const found = {
    name: textParam(call, "name"),
    description: textParam(call, "description"),
    provisionStart: address(call, "provision_start_ip"),
    provisionEnd: address(call, "provision_end_ip"),
    gateway: address(call, "gateway"),
    resolvers: list4,
    routes: routes2
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== void 0));
}
function createNetwork(call) {
  const vlan2 = vlanOf(call);
  for (const name2 of [
    "name",
    "subnet",
    "provision_start_ip",
    "provision_end_ip"
  ]) {
    if (textParam(call, name2) === void 0) {
      throw invalidArgument(`property "${name2}": is missing and it is required`);
    }
  }
  const name = textParam(call, "name");
  const subnet = textParam(call, "subnet");
  if (range(subnet) === void 0) throw invalidArgument('property "subnet": Subnet must be in CIDR form');
  if (call.world.networks.some((net2) => net2.fabric && net2.name === name)) {
    throw invalidArgument('property "name": Already exists');
  }
  const nat = call.params.internet_nat;
  const net = network({
    ...changes(call),
    name,
    subnet,
    id: call.world.ids.uuid(),
    fabric: true,
    vlan: vlan2.vlan_id,
    nat: nat !== false && nat !== "false"
  });
  call.world.networks.push(net);
  return {
    status: 201,
    body: showNetwork(call, net)
  };
}
function networkOf2(call) {
  const net = networksOn(call, vlanOf(call)).find(({ id }) => id === call.params.id);
  if (net === void 0) throw notFound("network not found");
  return net;
}
function updateNetwork(call) {
  const net = networkOf2(call);
  const { subnet: _subnet, gateway: _gateway, ...changed } = changes(call);
  Object.assign(net, changed, {
    first: ipNumber(changed.provisionStart ?? net.provisionStart)
  });
  net.last = ipNumber(net.provisionEnd);
  return {
    body: showNetwork(call, net)
  };
}
function deleteNetwork(call) {
  const net = networkOf2(call);
  if (net.holders.size > 0) {
    throw new Problem(409, "InUseError", "network must have no NICs provisioned");
  }
  call.world.networks.splice(call.world.networks.indexOf(net), 1);
  return {
    status: 204
  };
}
var vlans = "/:account/fabrics/default/vlans";
var vlan = `${vlans}/:vlan_id`;
var shared2 = {
  group: "networks",
  versions: SINCE_73
};
var head = true;
var fabricRoutes = [
  {
    method: "GET",
    path: vlans,
    name: "ListFabricVLANs",
    ...shared2,
    head,
    handle: (call) => ({
      body: call.account.vlans.map((each) => show3(call, each))
    })
  },
  {
    method: "POST",
    path: vlans,
    name: "CreateFabricVLAN",
    ...shared2,
    handle: createVlan
  },
  {
    method: "PUT",
    path: vlan,
    name: "UpdateFabricVLAN",
    ...shared2,
    handle: updateVlan
  },
  {
    method: "GET",
    path: vlan,
    name: "GetFabricVLAN",
    ...shared2,
    head,
    handle: (call) => ({
      body: show3(call, vlanOf(call))
    })
  },
  {
    method: "DELETE",
    path: vlan,
    name: "DeleteFabricVLAN",
    ...shared2,
    handle: deleteVlan
  },
  {
    method: "GET",
    path: `${vlan}/networks`,
    name: "ListFabricNetworks",
    ...shared2,
    head,
    handle: (call) => ({
      body: networksOn(call, vlanOf(call)).map((net) => showNetwork(call, net))
    })
  },
  {
    method: "POST",
    path: `${vlan}/networks`,
    name: "CreateFabricNetwork",
    ...shared2,
    handle: createNetwork
  },
  {
    method: "GET",
    path: `${vlan}/networks/:id`,
    name: "GetFabricNetwork",
    ...shared2,
    head,
    handle: (call) => ({
      body: showNetwork(call, networkOf2(call))
    })
  },
  {
    method: "PUT",
    path: `${vlan}/networks/:id`,
    name: "UpdateFabricNetwork",
    ...shared2,
    handle: updateNetwork
  },
  {
    method: "DELETE",
    path: `${vlan}/networks/:id`,
    name: "DeleteFabricNetwork",
    ...shared2,
    handle: deleteNetwork
  }
];

// cloudapi/feed_routes.ts
function changefeed(call) {
  if (call.request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    throw plainError("Connection Must Upgrade For WebSockets");
  }
  return {
    status: 101,
    feedOf: call.account.id
  };
}
function console(call) {
  const machine = machineOfCall(call);
  if (!isVirtual(machine.brand)) {
    throw new Problem(400, "MachineHasNoVNCError", "Specified machine does not have a VNC console");
  }
  if (machine.state !== "running") {
    throw new Problem(400, "MachineStoppedError", "Specified machine is stopped and cannot be connected to");
  }
  throw new Problem(400, "UpgradeRequiredError", "VNC connect endpoint is a WebSocket and must be Upgraded");
}
var feedRoutes = [
  {
    method: "GET",
    path: "/:account/changefeed",
    name: "changefeed",
    group: "changefeed",
    handle: changefeed
  },
  {
    method: "GET",
    path: "/:account/machines/:machine/vnc",
    name: "ConnectMachineVNC",
    group: "machines",
    versions: [
      "8.4.0"
    ],
    handle: console
  }
];

// cloudapi/firewall.ts
var RULE = /^\s*FROM\s+(.+?)\s+TO\s+(.+?)\s+(ALLOW|BLOCK)\s+((TCP|UDP|ICMP6?|AH|ESP)\b.*)$/is;
function sidesOf(rule) {
  const match3 = RULE.exec(rule);
  if (match3 === null) {
    throw new Problem(409, "InvalidParameters", "Invalid parameters", {
      fields: [
        {
          field: "rule",
          code: "InvalidParameter",
          message: `Error at character 0: could not parse: ${rule}`
        }
      ]
    });
  }
  return [
    match3[1],
    match3[2]
  ];
}
function names(side, machine) {
  return side.replace(/^\(|\)$/g, "").split(/\s+OR\s+/i).some((target) => {
    const [, kind, rest = ""] = /^(\w+)\s*(.*)$/s.exec(target.trim()) ?? [];
    if (/^all$/i.test(kind ?? "") && /^vms$/i.test(rest)) return true;
    const words = [
      ...rest.matchAll(/"([^"]*)"|([^\s="]+)/g)
    ].map(([, quoted, plain]) => quoted ?? plain);
    if (/^vm$/i.test(kind ?? "")) return words[0] === machine.id;
    if (!/^tag$/i.test(kind ?? "") || words[0] === void 0) return false;
    if (!Object.hasOwn(machine.tags, words[0])) return false;
    return words[1] === void 0 || String(machine.tags[words[0]]) === words[1];
  });
}
var about = (rule, machine) => sidesOf(rule.rule).some((side) => names(side, machine));
function show4(rule) {
  const { id, rule: text2, enabled, log, global, description } = rule;
  return {
    id,
    rule: text2,
    enabled,
    log,
    ...global ? {
      global
    } : {},
    ...description === void 0 ? {} : {
      description
    }
  };
}
var truthy = (value) => value === true || value === "true";
function createRule(call) {
  const rule = textParam(call, "rule");
  if (rule === void 0) throw missingParameter("rule is a required argument");
  sidesOf(rule);
  const made = {
    id: call.world.ids.uuid(),
    rule,
    enabled: truthy(call.params.enabled),
    log: truthy(call.params.log),
    global: false,
    description: textParam(call, "description")
  };
  call.account.rules.push(made);
  return {
    status: 201,
    body: show4(made)
  };
}
function ruleOf(call) {
  const rule = call.account.rules.find(({ id }) => id === call.params.id);
  if (rule === void 0) throw notFound("Rule not found");
  return rule;
}
function updateRule(call) {
  const rule = ruleOf(call);
  const text2 = textParam(call, "rule");
  if (text2 !== void 0) sidesOf(text2);
  rule.rule = text2 ?? rule.rule;
  if (call.params.enabled !== void 0) rule.enabled = truthy(call.params.enabled);
  if (call.params.log !== void 0) rule.log = truthy(call.params.log);
  rule.description = textParam(call, "description") ?? rule.description;
  return {
    body: show4(rule)
  };
}
function enable(enabled) {
  return (call) => {
    const rule = ruleOf(call);
    rule.enabled = enabled;
    return {
      body: show4(rule)
    };
  };
}
function deleteRule(call) {
  const rule = ruleOf(call);
  call.account.rules = call.account.rules.filter((each) => each !== rule);
  return {
    status: 204
  };
}
function ruleMachines(call) {
  const rule = ruleOf(call);
  const context = recordContext(call);
  const found = [
    ...call.account.machines.all()
  ].filter((machine) => isActive(machine) && about(rule, machine));
  return {
    headers: {
      "x-resource-count": String(found.length)
    },
    json: `[${found.map((machine) => machineJson(machine, context)).join()}]`
  };
}
var path2 = "/:account/fwrules";
var group2 = "machines";
var head2 = true;
var firewallRoutes = [
  {
    method: "POST",
    path: path2,
    name: "CreateFirewallRule",
    group: group2,
    handle: createRule
  },
  {
    method: "GET",
    path: path2,
    name: "ListFirewallRules",
    group: group2,
    head: head2,
    handle: (call) => ({
      body: call.account.rules.map(show4)
    })
  },
  {
    method: "GET",
    path: `${path2}/:id`,
    name: "GetFirewallRule",
    group: group2,
    head: head2,
    handle: (call) => ({
      body: show4(ruleOf(call))
    })
  },
  {
    method: "POST",
    path: `${path2}/:id`,
    name: "UpdateFirewallRule",
    group: group2,
    handle: updateRule
  },
  {
    method: "POST",
    path: `${path2}/:id/enable`,
    name: "EnableFirewallRule",
    group: group2,
    handle: enable(true)
  },
  {
    method: "POST",
    path: `${path2}/:id/disable`,
    name: "DisableFirewallRule",
    group: group2,
    handle: enable(false)
  },
  {
    method: "DELETE",
    path: `${path2}/:id`,
    name: "DeleteFirewallRule",
    group: group2,
    handle: deleteRule
  },
  {
    method: "GET",
    path: `${path2}/:id/machines`,
    name: "ListFirewallRuleMachines",
    group: group2,
    head: head2,
    handle: ruleMachines
  },
  {
    method: "GET",
    path: "/:account/machines/:machine/fwrules",
    name: "ListMachineFirewallRules",
    group: group2,
    head: head2,
    handle: (call) => ({
      body: call.account.rules.filter((rule) => about(rule, machineOfCall(call))).map(show4)
    })
  }
];

// cloudapi/images.ts
var SETTABLE = [
  "name",
  "version",
  "description",
  "homepage",
  "eula",
  "acl",
  "tags"
];
var MAKING = 1.5;
var canSee = (call, image2) => image2.state !== "destroyed" && (image2.public || image2.owner === call.account.id || image2.acl?.includes(call.account.id) === true);
function show5(call, image2) {
  const { min_ram, max_ram, brand, bootrom } = image2.requirements;
  const virtual = image2.type === "zvol";
  return {
    id: image2.id,
    name: image2.name,
    version: image2.version,
    os: image2.os,
    requirements: {
      ...max_ram === void 0 ? {} : {
        max_memory: max_ram,
        max_ram
      },
      ...min_ram === void 0 ? {} : {
        min_memory: min_ram,
        min_ram
      },
      ...brand === void 0 ? {} : {
        brand
      },
      ...bootrom === void 0 ? {} : {
        bootrom
      }
    },
    type: atLeast(call.version, "8.0.0") ? image2.type : virtual ? "virtualmachine" : "smartmachine",
    ...virtual ? {
      image_size: image2.size
    } : {},
    description: image2.description,
    ...image2.state === "creating" || image2.files.length === 0 ? {} : {
      files: image2.files
    },
    tags: image2.tags,
    homepage: image2.homepage,
    ...image2.state === "creating" ? {} : {
      published_at: image2.published
    },
    ...atLeast(call.version, "7.1.0") ? {
      owner: image2.owner,
      public: image2.public,
      state: image2.state,
      ...image2.eula === void 0 ? {} : {
        eula: image2.eula
      },
      ...image2.acl === void 0 ? {} : {
        acl: image2.acl
      },
      ...image2.origin === void 0 ? {} : {
        origin: image2.origin
      },
      ...image2.error === void 0 ? {} : {
        error: image2.error
      }
    } : {}
  };
}
function listImages(call) {
  const { params } = call;
  const old = !atLeast(call.version, "8.0.0");
  let type = textParam(call, "type");
  if (type !== void 0 && old) {
    const modern2 = {
      smartmachine: "zone-dataset",
      virtualmachine: "zvol"
    }[type];
    if (modern2 === void 0) throw invalidArgument(`image type ${type} is not a valid type`);
    type = modern2;
  }
  const state = textParam(call, "state") ?? "active";
  const visible2 = call.world.images.filter((image2) => canSee(call, image2) && (state === "all" || image2.state === state) && (type === void 0 || image2.type === type) && matches(image2.name, params.name) && matches(image2.os, params.os) && matches(image2.version, params.version) && matches(image2.owner, params.owner) && matches(String(image2.public), params.public));
  return {
    body: visible2.map((image2) => show5(call, image2))
  };
}
function matches(value, wanted2) {
  if (wanted2 === void 0 || wanted2 === "") return true;
  const text2 = String(wanted2);
  return text2.startsWith("~") ? value.includes(text2.slice(1)) : value === text2;
}
function imageOf(call) {
  const id = textParam(call, "dataset");
  const image2 = call.world.images.find((each) => each.id === id);
  if (image2 === void 0 || !canSee(call, image2)) throw notFound(`${id} not found`);
  return image2;
}
function settable(params) {
  return Object.fromEntries(SETTABLE.filter((key) => params[key] !== void 0).map((key) => [
    key,
    params[key]
  ]));
}
function createImage(call) {
  const { world, account, params } = call;
  if (params.action === "import-from-datacenter") return importImage(call);
  if (params.action) throw invalidArgument(`${params.action} is not a valid action`);
  if (!params.machine) throw missingParameter("machine is a required argument");
  if (!params.name) throw missingParameter("Image name is a required argument");
  if (!params.version) throw missingParameter("Image version is a required argument");
  const machine = account.machines.get(String(params.machine));
  if (machine === void 0) throw notFound("VM not found");
  const origin2 = world.images.find(({ id }) => id === machine.image);
  const image2 = {
    ...origin2,
    description: "",
    homepage: "",
    tags: {},
    files: [],
    ...settable(params),
    id: world.ids.uuid(),
    owner: account.id,
    public: false,
    state: "creating",
    origin: origin2.id,
    published: ""
  };
  delete image2.error;
  world.images.push(image2);
  world.executed(machine, "create_image");
  const { min, max } = world.settings.transition;
  world.agenda.after((min + max) / 2 * MAKING, () => {
    image2.state = "active";
    image2.published = new Date(world.agenda.now).toISOString();
    image2.files = [
      {
        compression: "gzip",
        sha1: image2.id.replaceAll("-", "").padEnd(40, "0"),
        size: 41943040
      }
    ];
  });
  return {
    status: 201,
    headers: {
      "location": `/${account.login}/images/${image2.id}`,
      "x-joyent-jobid": world.ids.uuid()
    },
    body: show5(call, image2)
  };
}
function importImage(call) {
  const { world, params } = call;
  if (!params.datacenter) throw missingParameter("datacenter is a required argument");
  const id = textParam(call, "id");
  if (id === void 0 || !/^[0-9a-f-]{36}$/.test(id)) throw invalidArgument(`id ${id} must be a UUID`);
  if (world.images.some((image3) => image3.id === id)) {
    throw new Problem(409, "ImageUuidAlreadyExists", `image ${id} already exists`);
  }
  const model = world.images[0];
  const image2 = {
    ...model,
    id,
    name: "imported",
    owner: call.account.id,
    public: false
  };
  world.images.push(image2);
  return {
    body: show5(call, image2),
    delay: 5e3
  };
}
function updateImage(call) {
  const image2 = imageOf(call);
  const { world, account, params } = call;
  const own = () => {
    if (image2.owner !== account.id) {
      throw new Problem(403, "NotImageOwner", `account "${account.id}" does not own image "${image2.id}"`);
    }
  };
  switch (params.action) {
    case "update":
      own();
      Object.assign(image2, settable(params));
      return {
        body: show5(call, image2)
      };
    case "export": {
      own();
      const prefix = textParam(call, "manta_path");
      if (prefix === void 0) throw missingParameter("Image destination manta_path is a required argument");
      const base2 = `${prefix}/${image2.name}-${image2.version}`;
      return {
        body: {
          manta_url: "https://us-east.manta.joyent.com",
          image_path: `${base2}.zfs.gz`,
          manifest_path: `${base2}.imgmanifest`
        }
      };
    }
    case "clone": {
      if (image2.owner === account.id || !image2.acl?.includes(account.id)) {
        throw new Problem(403, "ImageNotShared", `image "${image2.id}" is not shared with you`);
      }
      const clone = {
        ...image2,
        id: world.ids.uuid(),
        owner: account.id,
        public: false,
        acl: []
      };
      world.images.push(clone);
      return {
        body: show5(call, clone)
      };
    }
    default:
      throw params.action ? invalidArgument(`${params.action} is not a valid action`) : missingParameter("action is required");
  }
}
function deleteImage(call) {
  const image2 = imageOf(call);
  if (image2.owner !== call.account.id) {
    throw new Problem(403, "NotImageOwner", `account "${call.account.id}" does not own image "${image2.id}"`);
  }
  image2.state = "destroyed";
  return {
    status: 204
  };
}
var group3 = "datasets";
var imageRoutes = [
  {
    method: "GET",
    path: "/:account/images",
    name: "ListImages",
    group: group3,
    head: true,
    handle: listImages
  },
  {
    method: "GET",
    path: "/:account/images/:dataset",
    name: "GetImage",
    group: group3,
    head: true,
    handle: (call) => ({
      body: show5(call, imageOf(call))
    })
  },
  {
    method: "POST",
    path: "/:account/images",
    name: "CreateImageFromMachine",
    group: group3,
    handle: createImage
  },
  {
    method: "POST",
    path: "/:account/images/:dataset",
    name: "UpdateImage",
    group: group3,
    handle: updateImage
  },
  {
    method: "DELETE",
    path: "/:account/images/:dataset",
    name: "DeleteImage",
    group: group3,
    handle: deleteImage
  }
];

// cloudapi/keys.ts
function personOf(call) {
  const name = textParam(call, "user");
  if (name === void 0) return call.account;
  const user = call.account.users.find(({ id, login }) => id === name || login === name);
  if (user === void 0) throw notFound(`${name} does not exist`);
  return user;
}
var base = (call) => {
  const user = textParam(call, "user");
  return `/${call.account.login}${user === void 0 ? "" : `/users/${user}`}`;
};
var showKey = ({ name, fingerprint, line }) => ({
  name,
  fingerprint,
  key: line
});
function createKey(call) {
  const { key: line } = call.params;
  if (!line) throw missingParameter("key is a required argument");
  if (typeof line !== "string") throw invalidArgument("key must be a String");
  if (line.trim().split(" ").length < 2) throw invalidArgument("key is invalid");
  const person = personOf(call);
  const name = textParam(call, "name");
  const taken = name !== void 0 && person.keys.some((key2) => key2.name === name);
  const key = taken ? void 0 : addKey(call.world, person, line, name);
  if (key === void 0) throw invalidArgument("key already exists or is invalid");
  return {
    status: 201,
    headers: {
      location: `${base(call)}/keys/${encodeURIComponent(key.fingerprint)}`
    },
    body: showKey(key)
  };
}
function keyOf(call) {
  const name = textParam(call, "name");
  const key = personOf(call).keys.find((each) => each.name === name || each.fingerprint === name);
  if (key === void 0) throw notFound(`${name} does not exist`);
  return key;
}
function deleteKey(call) {
  const person = personOf(call);
  const key = keyOf(call);
  person.keys = person.keys.filter((each) => each !== key);
  return {
    status: 204
  };
}
function showAccessKey(key) {
  return {
    accesskeyid: key.accesskeyid,
    status: key.status,
    credentialtype: "permanent",
    ...key.description === void 0 ? {} : {
      description: key.description
    },
    created: new Date(key.created).toISOString(),
    updated: new Date(key.updated).toISOString()
  };
}
function createAccessKey(call) {
  const { world } = call;
  const now = world.agenda.now;
  const key = {
    accesskeyid: world.ids.hex(32),
    accesskeysecret: `tdc_${world.ids.hex(40)}`,
    status: statusOf(call) ?? "Active",
    description: textParam(call, "description"),
    created: now,
    updated: now
  };
  personOf(call).accessKeys.push(key);
  return {
    status: 201,
    headers: {
      location: `${base(call)}/accesskeys/${key.accesskeyid}`
    },
    // The only time the secret is shown.
    body: {
      ...showAccessKey(key),
      accesskeysecret: key.accesskeysecret
    }
  };
}
function statusOf(call) {
  const status = textParam(call, "status");
  if (status === void 0 || status === "Active" || status === "Inactive") return status;
  throw invalidArgument(`${status} is not a valid status`);
}
function accessKeyOf(call) {
  const id = textParam(call, "accesskeyid");
  const key = personOf(call).accessKeys.find((each) => each.accesskeyid === id);
  if (key === void 0) throw notFound(`${id} does not exist`);
  return key;
}
function updateAccessKey(call) {
  const key = accessKeyOf(call);
  key.status = statusOf(call) ?? key.status;
  key.description = textParam(call, "description") ?? key.description;
  key.updated = call.world.agenda.now;
  return {
    body: showAccessKey(key)
  };
}
function deleteAccessKey(call) {
  const key = accessKeyOf(call);
  const person = personOf(call);
  person.accessKeys = person.accessKeys.filter((each) => each !== key);
  return {
    status: 204
  };
}
function both(name, make) {
  return [
    ...make("/:account", name, {}),
    ...make("/:account/users/:user", `User${name}`, name === "Key" ? {
      versions: SINCE_72
    } : {})
  ];
}
var keyRoutes = [
  ...both("Key", (path11, name, more) => [
    {
      method: "POST",
      path: `${path11}/keys`,
      name: `Create${name}`,
      group: "keys",
      handle: createKey
    },
    {
      method: "GET",
      path: `${path11}/keys`,
      name: `List${name}s`,
      group: "keys",
      head: true,
      ...more,
      handle: (call) => ({
        body: personOf(call).keys.map(showKey)
      })
    },
    {
      method: "GET",
      path: `${path11}/keys/:name`,
      name: `Get${name}`,
      group: "keys",
      head: true,
      ...more,
      handle: (call) => ({
        body: showKey(keyOf(call))
      })
    },
    {
      method: "DELETE",
      path: `${path11}/keys/:name`,
      name: `Delete${name}`,
      group: "keys",
      ...more,
      handle: deleteKey
    }
  ]),
  ...both("AccessKey", (path11, name) => [
    {
      method: "POST",
      path: `${path11}/accesskeys`,
      name: `Create${name}`,
      group: "accesskeys",
      handle: createAccessKey
    },
    {
      method: "GET",
      path: `${path11}/accesskeys`,
      name: `List${name}s`,
      group: "accesskeys",
      head: true,
      handle: (call) => ({
        body: personOf(call).accessKeys.map(showAccessKey)
      })
    },
    {
      method: "GET",
      path: `${path11}/accesskeys/:accesskeyid`,
      name: `Get${name}`,
      group: "accesskeys",
      head: true,
      handle: (call) => ({
        body: showAccessKey(accessKeyOf(call))
      })
    },
    {
      method: "POST",
      path: `${path11}/accesskeys/:accesskeyid`,
      name: `Update${name}`,
      group: "accesskeys",
      handle: updateAccessKey
    },
    {
      method: "DELETE",
      path: `${path11}/accesskeys/:accesskeyid`,
      name: `Delete${name}`,
      group: "accesskeys",
      handle: deleteAccessKey
    }
  ])
];

// cloudapi/nic_requests.ts
var UUID2 = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
function wantedNetworks(call) {
  const { world, params } = call;
  if (!Array.isArray(params.networks)) {
    const asked = Array.isArray(params.default_networks) ? params.default_networks : [
      "external",
      "internal"
    ];
    return [
      ...asked.includes("external") ? world.networks.filter((net) => net.public).slice(0, 1) : [],
      ...asked.includes("internal") ? world.networks.filter((net) => !net.public).slice(0, 1) : []
    ].map((net) => ({
      net,
      ip: void 0
    }));
  }
  const found = [];
  for (const [i, asked] of params.networks.entries()) {
    if (typeof asked !== "string" && (typeof asked !== "object" || asked === null)) {
      throw invalidArgument(`property "networks[${i}]": array of strings or objects expected`);
    }
    const { id, ip } = readNetwork(call, asked);
    if (!UUID2.test(id)) throw plainError("netUuid (uuid) is required");
    const net = world.networks.find((each) => each.id === id);
    if (net === void 0) throw invalidArgument("Invalid Networks");
    if (!found.some((each) => each.net === net)) found.push({
      net,
      ip
    });
  }
  if (found.filter(({ net }) => net.public).length > 1) {
    throw invalidArgument("Can specify a maximum of 1 public networks");
  }
  return found;
}
function readNetwork(call, asked) {
  if (typeof asked === "string") return {
    id: asked,
    ip: void 0
  };
  const { ipv4_uuid: id, ipv4_count: count, ipv4_ips: ips } = asked;
  if (typeof id !== "string" || !UUID2.test(id)) throw invalidArgument("ipv4_uuid is not a UUID");
  if (count !== void 0 && ips !== void 0) {
    throw invalidArgument("ipv4_count and ipv4_ips cannot be specified together");
  }
  if (count !== void 0 && typeof count !== "number") throw invalidArgument("ipv4_count must be a number");
  if (count !== void 0 && count !== 1) throw invalidArgument("ipv4_count can only be set to 1");
  if (ips === void 0) return {
    id,
    ip: void 0
  };
  if (!Array.isArray(ips)) throw invalidArgument("ipv4_ips must be an array with a single IP");
  if (ips.length !== 1) {
    throw invalidArgument(`ipv4_ips: network with ipv4_uuid ${id} should contain a single IP array`);
  }
  if (!isIp(ips[0])) throw invalidArgument("ipv4_ips[0]: string expected");
  const net = call.world.networks.find((each) => each.id === id);
  if (net === void 0) throw notFound(`ipv4_uuid: network ${id} not found`);
  if (net.public) throw invalidArgument(`ipv4_uuid: ${id} cannot specify IP on a public network`);
  return {
    id,
    ip: ips[0]
  };
}

// cloudapi/machine_create.ts
var UUID3 = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
var PAUSE = 200;
function imageOf2(call) {
  const { params, world, account } = call;
  if (params.dataset && params.image) {
    throw invalidArgument("image and dataset are mutually exclusive parameters.");
  }
  const asked = textParam(call, "image") ?? textParam(call, "dataset");
  if (asked === void 0) throw missingParameter("image must be specified");
  if (!UUID3.test(asked)) throw invalidArgument(`${asked} is not a valid image`);
  const image2 = world.images.find(({ id }) => id === asked);
  const hidden = image2 === void 0 || image2.state === "destroyed" || !(image2.public || image2.owner === account.id || image2.acl?.includes(account.id));
  if (hidden) throw notFound("image not found");
  if (image2.state !== "active") throw invalidArgument(`image ${asked} is not active`);
  const shared4 = image2.owner !== account.id && image2.acl?.includes(account.id) === true;
  if (shared4 && call.version === "9.0.0" && params.allow_shared_images !== true) {
    throw invalidArgument(`${asked} is a shared image - to provision a shared image you can either clone the image or set "allow_shared_images" to true.`);
  }
  return image2;
}
function packageOf(call) {
  const asked = textParam(call, "package");
  if (asked === void 0) throw missingParameter("package must be specified");
  const { packages } = call.world;
  if (UUID3.test(asked)) {
    const pkg3 = packages.find(({ id }) => id === asked);
    if (pkg3 === void 0) throw notFound(`Package ${asked} does not exist`);
    if (!pkg3.active) throw invalidArgument(`${asked} is inactive. Must use an active package`);
    return pkg3;
  }
  const pkg2 = newestPackage(packages, asked);
  if (pkg2 === void 0) throw invalidArgument(`${asked} is not a valid package`);
  return pkg2;
}
function brandFor(call, image2, pkg2) {
  const asked = textParam(call, "brand");
  if (asked !== void 0 && !isVirtual(asked)) {
    throw invalidArgument(`Unknown brand "${asked}". Brand is restricted to one of ["bhyve","kvm"]`);
  }
  const brand = asked ?? brandOf(image2, pkg2);
  if (pkg2.brand !== void 0 && pkg2.brand !== brand) {
    throw invalidArgument(`Package requires brand "${pkg2.brand}", but brand "${brand}" was selected`);
  }
  if (image2.requirements.brand !== void 0 && image2.requirements.brand !== brand) {
    throw invalidArgument(`Image requires brand "${image2.requirements.brand}", but brand "${brand}" was selected`);
  }
  if (isVirtual(brand) && image2.type !== "zvol") {
    throw invalidArgument(`Brand "${brand}" requires the image type to be "zvol"`);
  }
  if (!isVirtual(brand) && image2.type === "zvol") {
    throw invalidArgument(`Brand "${brand}" cannot use an image of type "zvol"`);
  }
  return brand;
}
function dotted(call, prefix) {
  return Object.fromEntries(Object.entries(call.params).filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [
    key.slice(prefix.length),
    value
  ]));
}
function metadataOf(call) {
  const { params, account } = call;
  const metadata = Object.fromEntries(Object.entries(dotted(call, "metadata.")).filter(([k]) => !k.endsWith("_pw")));
  const password = params.administrator_pw ?? params.password;
  if (password) metadata.administrator_pw = password;
  const admins = account.roles.find(({ name }) => name === "administrator")?.members ?? [];
  const members = account.users.filter(({ id }) => admins.some((member) => member.id === id && member.default));
  metadata.root_authorized_keys = [
    account,
    ...members
  ].flatMap(({ keys }) => keys).map(({ line }) => line + "\n").join("");
  let credentials = metadata.credentials;
  delete metadata.credentials;
  if (typeof credentials === "string") {
    try {
      credentials = JSON.parse(credentials);
    } catch {
      credentials = void 0;
    }
  }
  let internal;
  if (typeof credentials === "object" && credentials !== null) {
    const entries2 = Object.entries(credentials).map(([k, v]) => [
      k.endsWith("_pw") ? k : `${k}_pw`,
      v
    ]);
    internal = Object.fromEntries(entries2);
  }
  if (params.encrypted === true) internal = {
    ...internal,
    encrypted: true
  };
  return {
    metadata,
    internal
  };
}
function createMachine(call) {
  const { world, account, params } = call;
  const image2 = imageOf2(call);
  const pkg2 = packageOf(call);
  if (image2.requirements.password && !params.password && !params.administrator_pw) {
    throw missingParameter(`${image2.id} requires a password`);
  }
  if (account.keys.length === 0 && !image2.requirements.password) {
    throw new Problem(409, "KeyRequired", "At least one SSH key is required to provision");
  }
  if (!account.approved) throw invalidArgument("User is not currently approved for provisioning");
  const brand = brandFor(call, image2, pkg2);
  if (params.disks && isVirtual(brand) && !pkg2.flexible) {
    throw invalidArgument("The use of `disks` is only supported if the package has the flexible_disk attr set to true");
  }
  if (Array.isArray(params.disks) && params.disks.length > 8) {
    throw invalidArgument("A maximum of 8 disks per VM are supported");
  }
  if (params.affinity && params.locality) {
    throw invalidArgument('cannot specify both "locality" (deprecated) and "affinity"');
  }
  const networks = wantedNetworks(call);
  if (image2.requirements.min_ram !== void 0 && pkg2.memory < image2.requirements.min_ram) {
    throw invalidArgument(`You must use a package with at least ${image2.requirements.min_ram} MiB of RAM in order to provision the selected image`);
  }
  const { id, serial } = world.nextMachine();
  const shortId = id.slice(0, 8);
  const name = textParam(call, "name")?.replaceAll("{{shortId}}", shortId) ?? shortId;
  if (account.cns && name.length > 63) {
    throw invalidArgument("Name cannot be longer than 63 characters, because you have triton_cns_enabled set on your Account.");
  }
  const problem = nameProblem(account, name);
  if (problem !== void 0) throw invalidMachine(problem, "Invalid machine name");
  const tags = dotted(call, "tag.");
  const badTag = Object.keys(tags).find((key) => key.startsWith("triton.") && !key.startsWith("triton.cns."));
  if (badTag !== void 0) {
    const message = `Unrecognized special triton tag "${badTag}"`;
    throw invalidMachine({
      field: "tags",
      code: "Invalid",
      message
    }, "Invalid tags");
  }
  const now = world.agenda.now;
  const machine = {
    id,
    owner: account.id,
    name,
    brand,
    state: "provisioning",
    image: image2.id,
    pkg: pkg2,
    tags,
    ...metadataOf(call),
    nics: [],
    disks: [],
    created: now,
    updated: now,
    firewall: params.firewall_enabled === true || params.firewall_enabled === "true",
    protection: params.deletion_protection === true,
    docker: false,
    delegated: params.delegate_dataset === true,
    server: serverOf(world, serial),
    roleTags: [],
    snapshots: [],
    jobs: [],
    troubles: void 0,
    json: void 0
  };
  if (isVirtual(brand)) machine.disks = disksOf(machine, image2, params.disks);
  account.machines.add(machine);
  world.executed(machine, "provision");
  if (world.provisionFails(name)) machine.troubles = {
    fail: true,
    hang: false,
    skip: false,
    offline: false
  };
  world.workshop.add(machine, {
    action: "provision",
    caller: callerOf(call),
    through: [
      {
        state: "running",
        share: 1
      }
    ],
    changes: [
      "state",
      "nics",
      "server_uuid"
    ],
    finally: () => {
      machine.nics = networks.flatMap(({ net, ip }, nth) => {
        const primary = networks.findIndex((other2) => other2.net.public) === nth || nth === 0 && !networks.some((other2) => other2.net.public);
        return newNic(world, net, id, {
          primary,
          state: "running",
          ...ip === void 0 ? {} : {
            ip
          }
        }) ?? [];
      });
    }
  });
  world.feed.publish(machine, [
    "state",
    "alias",
    "tags",
    "owner_uuid"
  ]);
  return {
    status: 201,
    headers: {
      location: `/${account.login}/machines/${id}`
    },
    body: machineRecord(machine, recordContext(call)),
    delay: PAUSE
  };
}
function invalidMachine(field, hint) {
  return validationFailed(`Invalid VM parameters: ${hint}`, field);
}
var machineCreateRoutes = [
  {
    method: "POST",
    path: "/:account/machines",
    name: "CreateMachine",
    group: "machines",
    handle: createMachine
  }
];

// cloudapi/metadata.ts
var NOT_METADATA = /* @__PURE__ */ new Set([
  "account",
  "machine",
  "uuid",
  "owner_uuid",
  "credentials",
  "image"
]);
var KEPT = /* @__PURE__ */ new Set([
  "credentials",
  "administrator_pw",
  "root_authorized_keys"
]);
function addMetadata(call) {
  const machine = machineOfCall(call);
  const sent = Object.fromEntries(Object.entries(call.params).filter(([key]) => !NOT_METADATA.has(key) && !key.endsWith("_pw")));
  allocated(machine, "update");
  begin(call, machine, {
    action: "set_metadata",
    pace: "update",
    changes: [
      "customer_metadata"
    ],
    finally: () => {
      machine.metadata = {
        ...machine.metadata,
        ...sent
      };
    }
  });
  return {
    headers: {
      "x-job-uuid": machine.jobs.at(-1).id
    },
    body: {
      ...machine.metadata,
      ...sent
    }
  };
}
function listMetadata(call) {
  const machine = machineOfCall(call);
  const credentials = call.params.credentials ? {
    credentials: credentialsOf(machine.internal ?? {})
  } : {};
  return {
    body: {
      ...machine.metadata,
      ...credentials
    }
  };
}
function getMetadata(call) {
  const machine = machineOfCall(call);
  const key = textParam(call, "key");
  if (key === "credentials") return {
    body: credentialsOf(machine.internal ?? {})
  };
  if (!Object.hasOwn(machine.metadata, key)) throw notFound(`Metadata "${key}" not found`);
  const value = machine.metadata[key];
  if (typeof value !== "string") throw notFound(`${key} is not metadata`);
  return {
    body: value
  };
}
function deleteMetadata(call) {
  const machine = machineOfCall(call);
  const key = textParam(call, "key");
  if (KEPT.has(key)) throw invalidArgument(`Metadata key ${key} can not be deleted`);
  if (!Object.hasOwn(machine.metadata, key)) throw notFound(`Metadata "${key}" not found`);
  return remove(call, "remove_metadata", (name) => name !== key);
}
function remove(call, action, stays) {
  const machine = machineOfCall(call);
  allocated(machine, "update");
  begin(call, machine, {
    action,
    pace: "update",
    changes: [
      "customer_metadata"
    ],
    finally: () => {
      machine.metadata = Object.fromEntries(Object.entries(machine.metadata).filter(([key]) => stays(key)));
    }
  });
  return {
    status: 204
  };
}
var path3 = "/:account/machines/:machine/metadata";
var group4 = "machines";
var metadataRoutes = [
  {
    method: "POST",
    path: path3,
    name: "AddMachineMetadata",
    group: group4,
    handle: addMetadata
  },
  {
    method: "GET",
    path: path3,
    name: "ListMachineMetadata",
    group: group4,
    head: true,
    handle: listMetadata
  },
  {
    method: "GET",
    path: `${path3}/:key`,
    name: "GetMachineMetadata",
    group: group4,
    head: true,
    handle: getMetadata
  },
  {
    method: "DELETE",
    path: path3,
    name: "DeleteAllMachineMetadata",
    group: group4,
    handle: (call) => remove(call, "replace_metadata", (key) => key === "administrator_pw" || key === "root_authorized_keys")
  },
  {
    method: "DELETE",
    path: `${path3}/:key`,
    name: "DeleteMachineMetadata",
    group: group4,
    handle: deleteMetadata
  }
];

// cloudapi/migrations.ts
var migrationRoutes = [
  {
    method: "GET",
    path: "/:account/migrations",
    name: "ListMigrations",
    group: "machines",
    handle: () => ({
      body: []
    })
  },
  {
    method: "GET",
    path: "/:account/migrations/:machine",
    name: "GetMigration",
    group: "machines",
    handle: (call) => {
      throw notFound(`No migration found for ${call.params.machine}`);
    }
  }
];

// cloudapi/nics.ts
var UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
var nicPath = (call, machine, nic) => `/${call.account.login}/machines/${machine.id}/nics/${nic.mac.replaceAll(":", "")}`;
var reboot = (machine) => machine.state === "running" ? [
  {
    state: "stopping",
    share: 0
  },
  {
    state: "running",
    share: 1
  }
] : [];
function addNic(call) {
  const machine = machineOfCall(call);
  const { world, params } = call;
  const asked = params.network;
  if (!asked) throw missingParameter("network must be specified");
  if (typeof asked === "string" && !UUID4.test(asked)) {
    throw invalidArgument("network argument has invalid format");
  }
  if (typeof asked !== "string" && typeof asked !== "object") {
    throw invalidArgument("network argument must be a network object or string");
  }
  const { id, ip } = readNetwork(call, asked);
  const net = world.networks.find((each) => each.id === id);
  if (net === void 0) throw invalidArgument("network not found");
  const there = machine.nics.find((nic2) => nic2.network === id);
  if (there !== void 0) return {
    status: 302,
    headers: {
      location: nicPath(call, machine, there)
    }
  };
  allocated(machine, "add_nics");
  const primary = params.primary === true || params.primary === "true";
  const nic = newNic(world, net, machine.id, {
    primary,
    state: "provisioning",
    ...ip === void 0 ? {} : {
      ip
    }
  });
  if (nic === void 0) throw invalidArgument(ip === void 0 ? "no free IPs" : `IP ${ip} is in use`);
  machine.nics = [
    ...machine.nics.map((each) => primary ? {
      ...each,
      primary: false
    } : each),
    nic
  ];
  world.workshop.touch(machine, []);
  begin(call, machine, {
    action: "add_nics",
    through: reboot(machine),
    pace: 0.5,
    changes: [
      "nics"
    ],
    finally: () => {
      const state = machine.state === "stopped" ? "stopped" : "running";
      machine.nics = machine.nics.map((each) => each.mac === nic.mac ? {
        ...each,
        state
      } : each);
    }
  });
  return {
    status: 201,
    headers: {
      location: nicPath(call, machine, nic)
    },
    body: nic
  };
}
function nicOf(call) {
  const mac = String(call.params.mac);
  if (!/^[0-9a-f]{12}/i.test(mac)) throw invalidArgument("mac has invalid format");
  const nic = machineOfCall(call).nics.find((each) => each.mac.replaceAll(":", "") === mac.toLowerCase());
  if (nic === void 0) throw notFound("nic not found");
  return nic;
}
function removeNic(call) {
  const machine = machineOfCall(call);
  const nic = nicOf(call);
  begin(call, machine, {
    action: "remove_nics",
    through: reboot(machine),
    pace: 0.5,
    changes: [
      "nics"
    ],
    finally: () => {
      machine.nics = machine.nics.filter((each) => each.mac !== nic.mac);
      const net = call.world.networks.find(({ id }) => id === nic.network);
      if (net !== void 0) releaseAddress(net, nic.ip);
    }
  });
  return {
    status: 204
  };
}
function listNics(call) {
  const { nics } = machineOfCall(call);
  return {
    headers: {
      "x-resource-count": String(nics.length)
    },
    body: nics
  };
}
var path4 = "/:account/machines/:machine/nics";
var shared3 = {
  group: "nics",
  versions: SINCE_72
};
var nicRoutes = [
  {
    method: "POST",
    path: path4,
    name: "AddNic",
    ...shared3,
    handle: addNic
  },
  {
    method: "GET",
    path: path4,
    name: "ListNics",
    ...shared3,
    head: true,
    handle: listNics
  },
  {
    method: "GET",
    path: `${path4}/:mac`,
    name: "GetNic",
    ...shared3,
    head: true,
    handle: (call) => ({
      body: nicOf(call)
    })
  },
  {
    method: "DELETE",
    path: `${path4}/:mac`,
    name: "RemoveNic",
    ...shared3,
    handle: removeNic
  }
];

// cloudapi/packages.ts
var UUID5 = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
function show6(pkg2) {
  const { id, name, memory, disk, swap, vcpus, lwps, version, group: group12, description, brand } = pkg2;
  return {
    ...brand === void 0 ? {} : {
      brand
    },
    default: false,
    description,
    disk,
    group: group12,
    id,
    lwps,
    memory,
    name,
    swap,
    vcpus,
    version,
    ...brand === "bhyve" && pkg2.flexible !== void 0 ? {
      flexible_disk: pkg2.flexible
    } : {},
    ...brand === "bhyve" && pkg2.disks !== void 0 ? {
      disks: pkg2.disks
    } : {}
  };
}
var FILTERS = [
  "brand",
  "name",
  "memory",
  "disk",
  "swap",
  "lwps",
  "version",
  "vcpus",
  "group"
];
function listPackages(call) {
  const { params } = call;
  const found = call.world.packages.filter((pkg2) => pkg2.active && FILTERS.every((key) => !params[key] || wanted(String(pkg2[key] ?? ""), String(params[key]))) && (!params.flexible_disk || String(pkg2.flexible === true) === String(params.flexible_disk)));
  return {
    body: found.map(show6)
  };
}
function wanted(value, pattern) {
  if (!pattern.includes("*")) return value === pattern;
  const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  return new RegExp(`^${escaped}$`).test(value);
}
function getPackage(call) {
  const asked = textParam(call, "package");
  const { packages } = call.world;
  const pkg2 = UUID5.test(asked) ? packages.find(({ id }) => id === asked) : newestPackage(packages, asked);
  if (pkg2 === void 0) {
    throw notFound(UUID5.test(asked) ? `Package ${asked} does not exist` : `${asked} not found`);
  }
  return {
    body: show6(pkg2)
  };
}
var group5 = "packages";
var packageRoutes = [
  {
    method: "GET",
    path: "/:account/packages",
    name: "ListPackages",
    group: group5,
    head: true,
    handle: listPackages
  },
  {
    method: "GET",
    path: "/:account/packages/:package",
    name: "GetPackage",
    group: group5,
    head: true,
    handle: getPackage
  }
];

// cloudapi/policies.ts
var show7 = ({ id, name, rules, description }) => ({
  name,
  id,
  rules,
  ...description === void 0 ? {} : {
    description
  }
});
function readRules(call) {
  let { rules } = call.params;
  if (rules === void 0 || rules === "") return void 0;
  if (typeof rules === "string") {
    try {
      rules = JSON.parse(rules);
    } catch {
    }
  }
  const sentences = (Array.isArray(rules) ? rules : [
    rules
  ]).map(String);
  const wrong = sentences.find((rule) => !/\bCAN\b/i.test(rule));
  if (wrong !== void 0) throw invalidArgument(`Parse error: expected CAN in "${wrong}"`);
  return sentences;
}
function createPolicy(call) {
  const name = textParam(call, "name");
  const rules = readRules(call);
  const missing = [
    ...name ? [] : [
      "name is required"
    ],
    ...rules ? [] : [
      "rules is required"
    ]
  ];
  if (missing.length > 0) {
    throw missingParameter(`Request is missing required parameters: ${missing.join(", ")}`);
  }
  if (call.account.policies.some((policy2) => policy2.name === name)) {
    throw invalidArgument("policy is invalid");
  }
  const policy = {
    id: call.world.ids.uuid(),
    name,
    rules,
    description: textParam(call, "description")
  };
  call.account.policies.push(policy);
  return {
    status: 201,
    headers: {
      location: `/${call.account.login}/policies/${policy.id}`
    },
    body: show7(policy)
  };
}
function policyOf(call) {
  const asked = textParam(call, "policy");
  const policy = call.account.policies.find(({ id, name }) => id === asked || name === asked);
  if (policy === void 0) throw notFound(`${asked} does not exist`);
  return policy;
}
function updatePolicy(call) {
  const policy = policyOf(call);
  policy.rules = readRules(call) ?? policy.rules;
  policy.name = textParam(call, "name") ?? policy.name;
  policy.description = textParam(call, "description") ?? policy.description;
  return {
    body: show7(policy)
  };
}
function deletePolicy(call) {
  const policy = policyOf(call);
  call.account.policies = call.account.policies.filter((each) => each !== policy);
  for (const role of call.account.roles) role.policies = role.policies.filter((id) => id !== policy.id);
  return {
    status: 204
  };
}
var path5 = "/:account/policies";
var group6 = "policies";
var policyRoutes = [
  {
    method: "POST",
    path: path5,
    name: "CreatePolicy",
    group: group6,
    handle: createPolicy
  },
  {
    method: "GET",
    path: path5,
    name: "ListPolicies",
    group: group6,
    head: true,
    handle: (call) => ({
      body: call.account.policies.map(show7)
    })
  },
  {
    method: "GET",
    path: `${path5}/:policy`,
    name: "GetPolicy",
    group: group6,
    head: true,
    handle: (call) => ({
      body: show7(policyOf(call))
    })
  },
  {
    method: "POST",
    path: `${path5}/:policy`,
    name: "UpdatePolicy",
    group: group6,
    handle: updatePolicy
  },
  {
    method: "DELETE",
    path: `${path5}/:policy`,
    name: "DeletePolicy",
    group: group6,
    handle: deletePolicy
  }
];

// cloudapi/roles.ts
var isModern = (call) => atLeast(call.version, "9.0.0");
function show8(call, role) {
  const { account, world } = call;
  const policies = role.policies.flatMap((id) => account.policies.find((policy) => policy.id === id) ?? []);
  const members = role.members.flatMap((member) => {
    const people = member.type === "subuser" ? account.users : [
      ...world.accounts.values()
    ];
    const login = people.find(({ id }) => id === member.id)?.login;
    return login === void 0 ? [] : [
      {
        ...member,
        login
      }
    ];
  });
  if (isModern(call)) {
    return {
      id: role.id,
      name: role.name,
      policies: policies.map(({ id, name }) => ({
        id,
        name
      })),
      members: members.map(({ type, id, login, default: isDefault }) => ({
        type,
        id,
        login,
        ...isDefault ? {
          default: true
        } : {}
      }))
    };
  }
  return {
    id: role.id,
    name: role.name,
    policies: policies.map(({ name }) => name),
    members: members.map(({ login }) => login),
    default_members: members.filter((member) => member.default).map(({ login }) => login)
  };
}
function list(value) {
  if (typeof value === "string") {
    try {
      const parsed = JSON.parse(value);
      if (Array.isArray(parsed)) return parsed;
    } catch {
    }
    return value === "" ? [] : [
      value
    ];
  }
  return Array.isArray(value) ? value : [];
}
function references(call, value, what) {
  if (!isModern(call)) return list(value).map((name) => ({
    name,
    login: name,
    type: "subuser"
  }));
  if (!Array.isArray(value) || value.some((each) => typeof each !== "object" || each === null)) {
    throw invalidArgument(`Role "${what}" must be an array of objects`);
  }
  return value;
}
function readPolicies(call) {
  if (call.params.policies === void 0) return void 0;
  return references(call, call.params.policies, "policies").map((reference2) => {
    const policy = call.account.policies.find(({ id, name }) => id === reference2.id || name === reference2.name);
    if (policy === void 0) throw invalidArgument(`Invalid policy: ${reference2.name ?? reference2.id}`);
    return policy.id;
  });
}
function readMembers(call) {
  const { members, default_members: defaults } = call.params;
  if (members === void 0 && defaults === void 0) return void 0;
  const found = [];
  const asked = members === void 0 ? [] : references(call, members, "members");
  const asDefaults = isModern(call) ? [] : references(call, defaults, "default_members");
  for (const reference2 of [
    ...asked,
    ...asDefaults.map((each) => ({
      ...each,
      default: true
    }))
  ]) {
    const type = reference2.type === "account" ? "account" : "subuser";
    if (isModern(call) && typeof reference2.type !== "string") {
      throw invalidArgument('Role "member" references must have a string "type" property');
    }
    const people = type === "subuser" ? call.account.users : [
      ...call.world.accounts.values()
    ];
    const person = people.find(({ id, login }) => id === reference2.id || login === reference2.login);
    if (person === void 0) throw invalidArgument(`Invalid ${type}: ${reference2.id ?? reference2.login}`);
    const known = found.find(({ id }) => id === person.id);
    if (known !== void 0) known.default ||= reference2.default === true;
    else found.push({
      type,
      id: person.id,
      default: reference2.default === true
    });
  }
  return found;
}
function createRole(call) {
  const name = textParam(call, "name");
  if (name === void 0) throw missingParameter("Request is missing required parameters: name is required");
  if (call.account.roles.some((role2) => role2.name === name)) throw invalidArgument("role is invalid");
  const policies = readPolicies(call) ?? [];
  if (name === "administrator" && policies.length > 0) {
    throw invalidArgument("Administrator role cannot have policies");
  }
  const role = {
    id: call.world.ids.uuid(),
    name,
    policies,
    members: readMembers(call) ?? []
  };
  call.account.roles.push(role);
  return {
    status: 201,
    headers: {
      location: `/${call.account.login}/roles/${role.id}`
    },
    body: show8(call, role)
  };
}
function roleOf(call, byName) {
  const name = textParam(call, "role");
  const role = call.account.roles.find((each) => each.id === name || byName && each.name === name);
  if (role === void 0) throw notFound(`${name} does not exist`);
  return role;
}
function updateRole(call) {
  const role = roleOf(call, true);
  role.policies = readPolicies(call) ?? role.policies;
  role.members = readMembers(call) ?? role.members;
  role.name = textParam(call, "name") ?? role.name;
  return {
    body: show8(call, role)
  };
}
function deleteRole(call) {
  const role = roleOf(call, false);
  call.account.roles = call.account.roles.filter((each) => each !== role);
  return {
    status: 204
  };
}
var path6 = "/:account/roles";
var group7 = "roles";
var roleRoutes = [
  {
    method: "POST",
    path: path6,
    name: "CreateRole",
    group: group7,
    handle: createRole
  },
  {
    method: "GET",
    path: path6,
    name: "ListRoles",
    group: group7,
    head: true,
    handle: (call) => ({
      body: call.account.roles.map((role) => show8(call, role))
    })
  },
  {
    method: "GET",
    path: `${path6}/:role`,
    name: "GetRole",
    group: group7,
    head: true,
    handle: (call) => ({
      body: show8(call, roleOf(call, true))
    })
  },
  {
    method: "POST",
    path: `${path6}/:role`,
    name: "UpdateRole",
    group: group7,
    handle: updateRole
  },
  {
    method: "DELETE",
    path: `${path6}/:role`,
    name: "DeleteRole",
    group: group7,
    handle: deleteRole
  }
];

// cloudapi/snapshots.ts
function show9(snapshot) {
  const made = new Date(snapshot.made).toISOString();
  return {
    name: snapshot.name,
    state: "created",
    size: snapshot.size,
    created: made,
    updated: made
  };
}
function createSnapshot(call) {
  const machine = machineOfCall(call);
  if (machine.brand === "bhyve") throw invalidArgument("Snapshots of bhyve VMs are not allowed");
  const name = textParam(call, "name") ?? new Date(call.world.agenda.now).toISOString().replace(/[-:]|\.\d+/g, "");
  if (machine.snapshots.some((each) => each.name === name && !each.gone)) {
    throw invalidArgument(`Snapshot name ${name} is already in use`);
  }
  allocated(machine, "create_snapshot");
  const snapshot = {
    name,
    made: void 0,
    gone: false,
    size: 28672 + machine.snapshots.length * 4096
  };
  machine.snapshots.push(snapshot);
  begin(call, machine, {
    action: "create_snapshot",
    pace: 0.25,
    changes: [
      "snapshots"
    ],
    finally: () => {
      snapshot.made = call.world.agenda.now;
    }
  });
  return {
    status: 201,
    body: {
      name,
      state: "queued"
    }
  };
}
function getSnapshot(call) {
  const name = textParam(call, "name");
  const snapshot = machineOfCall(call).snapshots.findLast((each) => each.name === name);
  if (snapshot === void 0) throw notFound("Snapshot does not exist");
  if (snapshot.made === void 0 || snapshot.gone) return {
    body: {
      name,
      state: "deleted"
    }
  };
  return {
    body: show9(snapshot)
  };
}
function existing(call) {
  const name = textParam(call, "name");
  const snapshot = machineOfCall(call).snapshots.find((each) => each.name === name && each.made !== void 0 && !each.gone);
  if (snapshot === void 0) throw notFound(`${name} not found`);
  return snapshot;
}
function bootSnapshot(call) {
  const machine = machineOfCall(call);
  existing(call);
  allocated(machine, "rollback_snapshot");
  const running = machine.state === "running";
  begin(call, machine, {
    action: "rollback_snapshot",
    through: [
      ...running ? [
        {
          state: "stopping",
          share: 0
        },
        {
          state: "stopped",
          share: 0.5
        }
      ] : [],
      {
        state: "running",
        share: 1
      }
    ],
    changes: [
      "state"
    ]
  });
  return {
    status: 202
  };
}
function deleteSnapshot(call) {
  const machine = machineOfCall(call);
  const snapshot = existing(call);
  begin(call, machine, {
    action: "delete_snapshot",
    pace: 0.25,
    changes: [
      "snapshots"
    ],
    finally: () => {
      snapshot.gone = true;
    }
  });
  return {
    status: 204
  };
}
var path7 = "/:account/machines/:machine/snapshots";
var group8 = "machines";
var snapshotRoutes = [
  {
    method: "POST",
    path: path7,
    name: "CreateMachineSnapshot",
    group: group8,
    handle: createSnapshot
  },
  {
    method: "POST",
    path: `${path7}/:name`,
    name: "StartMachineFromSnapshot",
    group: group8,
    handle: bootSnapshot
  },
  {
    method: "GET",
    path: path7,
    name: "ListMachineSnapshots",
    group: group8,
    head: true,
    handle: (call) => ({
      body: machineOfCall(call).snapshots.filter((each) => each.made !== void 0 && !each.gone).map(show9)
    })
  },
  {
    method: "GET",
    path: `${path7}/:name`,
    name: "GetMachineSnapshot",
    group: group8,
    head: true,
    handle: getSnapshot
  },
  {
    method: "DELETE",
    path: `${path7}/:name`,
    name: "DeleteMachineSnapshot",
    group: group8,
    handle: deleteSnapshot
  }
];

// cloudapi/tags.ts
var NOT_TAGS = /* @__PURE__ */ new Set([
  "account",
  "machine",
  "uuid",
  "owner_uuid",
  "context",
  "image"
]);
function sentTags(call, doing) {
  const tags = Object.fromEntries(Object.entries(call.params).filter(([key]) => !NOT_TAGS.has(key)));
  const special = Object.keys(tags).find((key) => key.startsWith("triton.") && !key.startsWith("triton.cns."));
  if (special !== void 0) {
    throw validationFailed(`${doing}: Invalid tag parameters`, {
      field: "tags",
      code: "Invalid",
      message: `Unrecognized special triton tag "${special}"`
    });
  }
  return tags;
}
function addTags(call) {
  const machine = machineOfCall(call);
  const sent = sentTags(call, "error adding tags");
  allocated(machine, "update");
  begin(call, machine, {
    action: "set_tags",
    pace: "update",
    changes: [
      "tags"
    ],
    finally: () => {
      machine.tags = {
        ...machine.tags,
        ...sent
      };
    }
  });
  return {
    headers: {
      "x-job-uuid": machine.jobs.at(-1).id
    },
    body: {
      ...machine.tags,
      ...sent
    }
  };
}
function replaceTags(call) {
  const machine = machineOfCall(call);
  const sent = sentTags(call, "error replacing tags");
  allocated(machine, "update");
  const removes = Object.keys(machine.tags).some((key) => !Object.hasOwn(sent, key));
  begin(call, machine, {
    action: removes ? "replace_tags" : "set_tags",
    pace: "update",
    changes: [
      "tags"
    ],
    finally: () => {
      machine.tags = sent;
    }
  });
  return {
    headers: {
      "x-job-uuid": machine.jobs.at(-1).id
    },
    body: sent
  };
}
function getTag(call) {
  const { tags } = machineOfCall(call);
  const name = textParam(call, "tag");
  if (!Object.hasOwn(tags, name)) throw notFound(`tag "${name}" not found`);
  const value = tags[name];
  return {
    body: typeof value === "string" ? value : ""
  };
}
function deleteTag(call) {
  const machine = machineOfCall(call);
  const name = textParam(call, "tag");
  if (!Object.hasOwn(machine.tags, name)) throw notFound(`tag "${name}" not found`);
  allocated(machine, "update");
  begin(call, machine, {
    action: "remove_tags",
    pace: "update",
    changes: [
      "tags"
    ],
    finally: () => {
      machine.tags = Object.fromEntries(Object.entries(machine.tags).filter(([key]) => key !== name));
    }
  });
  return {
    status: 204
  };
}
function deleteTags(call) {
  const machine = machineOfCall(call);
  allocated(machine, "update");
  begin(call, machine, {
    action: "remove_tags",
    pace: "update",
    changes: [
      "tags"
    ],
    finally: () => {
      machine.tags = {};
    }
  });
  return {
    status: 204
  };
}
var path8 = "/:account/machines/:machine/tags";
var group9 = "machines";
var tagRoutes = [
  {
    method: "POST",
    path: path8,
    name: "AddMachineTags",
    group: group9,
    handle: addTags
  },
  {
    method: "PUT",
    path: path8,
    name: "ReplaceMachineTags",
    group: group9,
    handle: replaceTags
  },
  {
    method: "GET",
    path: path8,
    name: "ListMachineTags",
    group: group9,
    head: true,
    handle: (call) => ({
      body: machineOfCall(call).tags
    })
  },
  {
    method: "GET",
    path: `${path8}/:tag`,
    name: "GetMachineTag",
    group: group9,
    head: true,
    handle: getTag
  },
  {
    method: "DELETE",
    path: path8,
    name: "DeleteMachineTags",
    group: group9,
    handle: deleteTags
  },
  {
    method: "DELETE",
    path: `${path8}/:tag`,
    name: "DeleteMachineTag",
    group: group9,
    handle: deleteTag
  }
];

// cloudapi/users.ts
var EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
function checkEmail(call) {
  const email = textParam(call, "email");
  if (email !== void 0 && !EMAIL.test(email)) throw invalidArgument(`email: ${email} is invalid`);
}
function require2(call, ...names2) {
  const missing = names2.filter((name) => textParam(call, name) === void 0).map((name) => `${name} is required`);
  if (missing.length > 0) {
    throw missingParameter(`Request is missing required parameters: ${missing.join(", ")}`);
  }
}
function createUser(call) {
  require2(call, "email", "login", "password");
  checkEmail(call);
  const login = textParam(call, "login");
  if (call.account.users.some((user2) => user2.login === login)) throw invalidArgument("user is invalid");
  const now = call.world.agenda.now;
  const user = {
    id: call.world.ids.uuid(),
    login,
    email: textParam(call, "email"),
    profile: {},
    created: now,
    updated: now,
    keys: [],
    accessKeys: []
  };
  updatePerson(user, call.params, now);
  call.account.users.push(user);
  return {
    status: 201,
    headers: {
      location: `/${call.account.login}/users/${encodeURIComponent(login)}`
    },
    body: showPerson(user)
  };
}
function userOf(call) {
  const name = textParam(call, "uuid");
  const user = call.account.users.find(({ id, login }) => id === name || login === name);
  if (user === void 0) throw notFound(`${name} does not exist`);
  return user;
}
function getUser(call) {
  const user = userOf(call);
  if (!call.params.membership) return {
    body: showPerson(user)
  };
  const of = (onlyDefault) => call.account.roles.filter(({ members }) => members.some((member) => member.id === user.id && (member.default || !onlyDefault))).map(({ name }) => name);
  return {
    body: {
      ...showPerson(user),
      roles: of(false),
      default_roles: of(true)
    }
  };
}
function updateUser(call) {
  const user = userOf(call);
  checkEmail(call);
  const login = textParam(call, "login");
  if (login !== void 0) user.login = login;
  updatePerson(user, call.params, call.world.agenda.now);
  return {
    body: showPerson(user)
  };
}
function changePassword(call) {
  const user = userOf(call);
  require2(call, "password", "password_confirmation");
  if (call.params.password !== call.params.password_confirmation) {
    throw invalidArgument("password and password_confirmation must have the same value");
  }
  user.updated = call.world.agenda.now;
  return {
    body: showPerson(user)
  };
}
function deleteUser(call) {
  const user = userOf(call);
  call.account.users = call.account.users.filter((each) => each !== user);
  for (const role of call.account.roles) role.members = role.members.filter(({ id }) => id !== user.id);
  return {
    status: 204
  };
}
var path9 = "/:account/users";
var group10 = "users";
var userRoutes = [
  {
    method: "POST",
    path: path9,
    name: "CreateUser",
    group: group10,
    handle: createUser
  },
  {
    method: "GET",
    path: path9,
    name: "ListUsers",
    group: group10,
    head: true,
    handle: (call) => ({
      body: call.account.users.map(showPerson)
    })
  },
  {
    method: "GET",
    path: `${path9}/:uuid`,
    name: "GetUser",
    group: group10,
    head: true,
    handle: getUser
  },
  {
    method: "POST",
    path: `${path9}/:uuid`,
    name: "UpdateUser",
    group: group10,
    handle: updateUser
  },
  {
    method: "POST",
    path: `${path9}/:uuid/change_password`,
    name: "ChangeUserPassword",
    group: group10,
    handle: changePassword
  },
  {
    method: "DELETE",
    path: `${path9}/:uuid`,
    name: "DeleteUser",
    group: group10,
    handle: deleteUser
  }
];

// cloudapi/volumes.ts
var SIZES = [
  10,
  20,
  30,
  40,
  50,
  60,
  70,
  80,
  90,
  100,
  200,
  300,
  400,
  500,
  1e3
].map((gib) => gib * 1024);
var PARAMS = /* @__PURE__ */ new Set([
  "name",
  "predicate",
  "size",
  "state",
  "type"
]);
var NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
function show10(volume) {
  const { id, name, owner, type, size, state, networks, tags, created } = volume;
  return {
    id,
    name,
    owner_uuid: owner,
    type,
    size,
    state,
    networks,
    create_timestamp: new Date(created).toISOString(),
    ...state === "ready" ? {
      filesystem_path: `10.64.0.2:/exports/data/${name}`
    } : {},
    ...Object.keys(tags).length > 0 ? {
      tags
    } : {},
    refs: []
  };
}
var ownVolumes = (call) => call.world.volumes.filter(({ owner }) => owner === call.account.id);
function listVolumes(call) {
  const wrong = Object.keys(call.query).filter((name2) => !PARAMS.has(name2));
  if (wrong.length > 0) {
    throw invalidArgument(wrong.map((name2) => `Error: invalid parameter: ${name2}`).join(", "));
  }
  const { name, size, state, type, predicate } = call.params;
  const found = ownVolumes(call).filter((volume) => (name === void 0 || volume.name === name) && (size === void 0 || volume.size === Number(size)) && (type === void 0 || volume.type === type) && (state === void 0 ? predicate !== void 0 || volume.state !== "failed" : volume.state === state));
  return {
    headers: {
      "x-resource-count": String(found.length)
    },
    body: found.map(show10)
  };
}
function volumeOf(call) {
  const volume = ownVolumes(call).find(({ id }) => id === call.params.id);
  if (volume === void 0) {
    throw new Problem(404, "VolumeNotFound", "Error when getting volume: volume not found");
  }
  return volume;
}
function createVolume(call) {
  const { world, account, params } = call;
  const id = world.ids.uuid();
  const name = textParam(call, "name") ?? id;
  if (!NAME.test(name) || name.length > 256) {
    throw invalidArgument(`Error: Volume name: "${name}" is not a valid name`);
  }
  if (params.type !== "tritonnfs") {
    throw invalidArgument(`Error: Volume type: "${params.type}" is not supported`);
  }
  const size = Number(params.size ?? SIZES[0]);
  if (!SIZES.includes(size)) {
    throw new Problem(409, "VolumeSizeNotAvailable", `Error when creating volume: Volume size ${size} is not available`);
  }
  if (ownVolumes(call).some((volume2) => volume2.name === name)) {
    throw new Problem(409, "VolumeAlreadyExists", `Error when creating volume: Volume with name ${name} already exists`);
  }
  const networks = Array.isArray(params.networks) ? params.networks.map(String) : [
    account.config.default_network
  ];
  if (networks.some((each) => !world.networks.some((net) => net.fabric && net.id === each))) {
    throw invalidArgument(`Invalid networks: ${networks}`);
  }
  const volume = {
    id,
    name,
    owner: account.id,
    type: "tritonnfs",
    size,
    state: "creating",
    networks,
    tags: params.tags ?? {},
    created: world.agenda.now
  };
  world.volumes.push(volume);
  world.agenda.after(world.settings.transition.max, () => {
    volume.state = "ready";
  });
  return {
    status: 201,
    body: show10(volume)
  };
}
function deleteVolume(call) {
  const volume = volumeOf(call);
  volume.state = "deleting";
  call.world.agenda.after(call.world.settings.transition.min, () => {
    call.world.volumes = call.world.volumes.filter((each) => each !== volume);
  });
  return {
    status: 204
  };
}
function updateVolume(call) {
  const volume = volumeOf(call);
  volume.name = textParam(call, "name") ?? volume.name;
  return {
    status: 204
  };
}
var path10 = "/:account/volumes";
var group11 = "volumes";
var volumeRoutes = [
  {
    method: "GET",
    path: "/:account/volumesizes",
    name: "ListVolumeSizes",
    group: group11,
    handle: () => ({
      headers: {
        "x-resource-count": String(SIZES.length)
      },
      body: SIZES.map((size) => ({
        size,
        type: "tritonnfs"
      }))
    })
  },
  {
    method: "GET",
    path: path10,
    name: "ListVolumes",
    group: group11,
    handle: listVolumes
  },
  {
    method: "GET",
    path: `${path10}/:id`,
    name: "GetVolume",
    group: group11,
    handle: (call) => ({
      body: show10(volumeOf(call))
    })
  },
  {
    method: "POST",
    path: path10,
    name: "CreateVolume",
    group: group11,
    handle: createVolume
  },
  {
    method: "DELETE",
    path: `${path10}/:id`,
    name: "DeleteVolume",
    group: group11,
    handle: deleteVolume
  },
  {
    method: "POST",
    path: `${path10}/:id`,
    name: "UpdateVolume",
    group: group11,
    handle: updateVolume
  }
];

// cloudapi/routes.ts
var routes = [
  ...datacenterRoutes,
  ...imageRoutes,
  ...packageRoutes,
  ...fabricRoutes,
  ...networkRoutes,
  ...keyRoutes,
  ...machineRoutes,
  ...machineCreateRoutes,
  ...metadataRoutes,
  ...migrationRoutes,
  ...snapshotRoutes,
  ...diskRoutes,
  ...tagRoutes,
  ...auditRoutes,
  ...firewallRoutes,
  ...feedRoutes,
  ...userRoutes,
  ...policyRoutes,
  ...roleRoutes,
  ...nicRoutes,
  ...volumeRoutes,
  ...accountRoutes,
  ...roleTagRoutes
];

// cloudapi/throttle.ts
var Throttle = class {
  #buckets = /* @__PURE__ */ new Map();
  options;
  constructor(options) {
    this.options = options;
  }
  /**
   * Takes one token.
   *
   * @throws {Problem} 429 without a Retry-After, naming the rate, when the bucket is empty.
   */
  take(login, group12, now) {
    if (this.options === false) return;
    const { burst, rate } = this.options;
    const key = `${login} ${group12}`;
    const bucket = this.#buckets.get(key) ?? {
      tokens: burst,
      at: now
    };
    this.#buckets.set(key, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + rate * Math.max(0, now - bucket.at) / 1e3);
    bucket.at = now;
    if (bucket.tokens < 1 - 1e-9) {
      throw new Problem(429, "TooManyRequestsError", `You have exceeded your request rate of ${rate} r/s.`);
    }
    bucket.tokens -= 1;
  }
};

// cloudapi/verify.ts
var HASHES = {
  sha1: "SHA-1",
  sha256: "SHA-256",
  sha512: "SHA-512"
};
var Verifier = class {
  #answers = /* @__PURE__ */ new Map();
  #keys = /* @__PURE__ */ new Map();
  /** How often a signature was really computed with. */
  verified = 0;
  /**
   * Whether `signature` (base64) is that of `text` by `key`. False, too, for an algorithm that is not the key's
   * and for a signature that cannot be read.
   */
  check(key, algorithm, text2, signature) {
    const name = `${key.fingerprint} ${algorithm} ${signature} ${text2}`;
    const known = this.#answers.get(name);
    if (known !== void 0) return known;
    if (this.#answers.size >= 5e3) this.#answers.clear();
    const answer = this.#compute(key, algorithm, text2, signature).catch(() => false);
    this.#answers.set(name, answer);
    return answer;
  }
  async #compute(key, algorithm, text2, signature) {
    const [family, digest2] = algorithm.split("-");
    const hash = HASHES[digest2];
    if (familyOf(key.type) !== family || hash === void 0) return false;
    this.verified++;
    const name = `${key.fingerprint} ${family === "rsa" ? hash : ""}`;
    let imported = this.#keys.get(name);
    if (imported === void 0) this.#keys.set(name, imported = importPublicKey(key, hash));
    const publicKey = await imported;
    const bytes = Uint8Array.fromBase64(signature);
    const data = new TextEncoder().encode(text2);
    if (family === "rsa") return await crypto.subtle.verify("RSASSA-PKCS1-v1_5", publicKey, bytes, data);
    if (family === "ed25519") return await crypto.subtle.verify("Ed25519", publicKey, bytes, data);
    const size = Math.ceil(Number(/\d+$/.exec(key.type)[0]) / 8);
    const raw = rawOfDer(bytes, size);
    return raw !== void 0 && await crypto.subtle.verify({
      name: "ECDSA",
      hash
    }, publicKey, raw, data);
  }
};
function rawOfDer(der, size) {
  let at = 0;
  const length = () => {
    const first = der[at++] ?? 0;
    return first < 128 ? first : first === 129 ? der[at++] ?? 0 : -1;
  };
  if (der[at++] !== 48) return void 0;
  const whole = length();
  if (whole < 0 || at + whole !== der.length) return void 0;
  const raw = new Uint8Array(size * 2);
  for (const half of [
    0,
    1
  ]) {
    if (der[at++] !== 2) return void 0;
    const bytes = length();
    if (bytes <= 0 || at + bytes > der.length) return void 0;
    let part = der.subarray(at, at + bytes);
    at += bytes;
    while (part.length > size && part[0] === 0) part = part.subarray(1);
    if (part.length > size) return void 0;
    raw.set(part, (half + 1) * size - part.length);
  }
  return at === der.length ? raw : void 0;
}

// seed.ts
function expandSeeds(seeds, seed) {
  if (typeof seeds === "number") return {
    count: seeds,
    each: (index) => usual(index, seed)
  };
  if ("each" in seeds) return seeds;
  return {
    count: seeds.length,
    each: (index) => seeds[index]
  };
}
var PACKAGES = [
  "g4-highcpu-256M",
  "g4-highcpu-512M",
  "g4-highcpu-1G",
  "g4-highcpu-4G",
  "sample-1G"
];
function usual(index, seed) {
  const type = index % 10 < 5 ? "test" : index % 10 < 8 ? "web" : "db";
  return {
    name: `${type}-${String(index).padStart(4, "0")}`,
    state: at32(seed, 21, index) % 10 === 0 ? "stopped" : "running",
    package: PACKAGES[at32(seed, 22, index) % PACKAGES.length],
    image: index % 3 === 0 ? "minimal-64" : "base-64-lts",
    tags: {
      type
    }
  };
}
function showcase() {
  const many = (count, each) => Array.from({
    length: count
  }, (_, i) => each(i));
  const two = (i) => String(i).padStart(2, "0");
  return [
    ...many(40, (i) => ({
      name: `test-${two(i)}`,
      tags: {
        type: "test",
        run: i % 4
      },
      state: i < 34 ? "running" : "stopped",
      package: PACKAGES[i % PACKAGES.length],
      image: i % 4 === 0 ? "minimal-64" : "base-64-lts"
    })),
    ...many(12, (i) => ({
      name: `web-${two(i)}`,
      tags: {
        type: "web",
        tier: "front"
      },
      package: "g4-highcpu-512M",
      image: "ubuntu-22.04",
      firewall_enabled: true,
      metadata: {
        "user-script": "#!/bin/sh\necho ready\n"
      }
    })),
    ...many(6, (i) => ({
      name: `db-${two(i)}`,
      tags: {
        type: "db",
        tier: "data"
      },
      state: i === 5 ? "stopped" : "running",
      package: i < 2 ? "b4-bhyve-flex-8G" : "g4-memory-32G",
      image: i < 2 ? "debian-12-bhyve" : "base-64-lts",
      deletion_protection: i < 2,
      networks: [
        "My-Fabric-Network"
      ]
    })),
    {
      name: "bastion",
      tags: {
        type: "jump"
      },
      package: "sample-1G",
      image: "debian-12"
    },
    {
      name: "legacy-win",
      tags: {
        type: "legacy"
      },
      state: "offline",
      package: "sample-2G",
      image: "smartos"
    },
    {
      name: "never-came-up",
      tags: {
        type: "test"
      },
      state: "failed",
      package: "sample-1G"
    }
  ];
}

// cloudapi/agenda.ts
var Agenda = class {
  #events = new SleeperHeap();
  #clock;
  #happening;
  #watchers = 0;
  #nap;
  constructor(clock) {
    this.#clock = clock;
  }
  /** The instant that counts as now: that of the event under way, else the clock's. */
  get now() {
    return this.#happening ?? this.#clock.now();
  }
  /** Plans something for `delay` milliseconds from now. */
  after(delay, event) {
    const planned = this.#events.add(this.now + Math.max(0, delay), event);
    this.#nap?.abort();
    return planned;
  }
  cancel(planned) {
    this.#events.remove(planned);
  }
  /** Lets everything happen that is due. */
  settle() {
    if (this.#happening !== void 0) return;
    const now = this.#clock.now();
    for (let at = this.#events.earliest; at !== void 0 && at <= now; at = this.#events.earliest) {
      this.#happening = at;
      try {
        for (const event of this.#events.take(at)) event();
      } finally {
        this.#happening = void 0;
      }
    }
  }
  /** Makes events happen on time, rather than when somebody looks, until the answer is called. */
  watch() {
    if (this.#watchers++ === 0) void this.#keepWatch();
    let over = false;
    return () => {
      if (over) return;
      over = true;
      if (--this.#watchers === 0) this.#nap?.abort();
    };
  }
  async #keepWatch() {
    while (this.#watchers > 0) {
      const nap = this.#nap = new AbortController();
      const due = this.#events.earliest;
      try {
        if (due === void 0) await aborted(nap.signal);
        else await this.#clock.sleep(due - this.#clock.now(), nap.signal);
      } catch {
        continue;
      }
      this.settle();
    }
    this.#nap = void 0;
  }
};
function aborted(signal) {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), {
      once: true
    });
  });
}

// cloudapi/change_feed.ts
var SUB_RESOURCES = [
  "alias",
  "customer_metadata",
  "destroyed",
  "nics",
  "owner_uuid",
  "server_uuid",
  "state",
  "tags"
];
var ChangeFeed = class {
  #listeners = /* @__PURE__ */ new Set();
  #now;
  constructor(now) {
    this.#now = now;
  }
  /** Listens to the machines of one account, or of all; the answer ends it. */
  listen(tell, owner) {
    const listener = {
      owner,
      tell
    };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  publish(machine, changes2) {
    const told = [
      ...this.#listeners
    ].filter(({ owner }) => owner === void 0 || owner === machine.owner);
    if (told.length === 0) return;
    const known = changes2.filter((each) => SUB_RESOURCES.includes(each));
    if (known.length === 0) return;
    const change3 = {
      changedResourceId: machine.id,
      published: String(Math.floor(this.#now())),
      changeKind: {
        resource: "vm",
        subResources: known
      },
      resourceState: visible(machine),
      resourceObject: machineRecord(machine, {
        version: "9.0.0"
      })
    };
    for (const { tell } of told) tell(change3);
  }
};

// cloudapi/image_catalog.ts
var OPERATOR_ID = "930896af-bf8c-48d4-885c-6573a94b1853";
function image(name, version, published, more = {}) {
  const id = stableId(`image ${name} ${version}`);
  return {
    id,
    name,
    version,
    os: "smartos",
    type: "zone-dataset",
    description: `A simulated ${name} image.`,
    homepage: "https://docs.tritondatacenter.com/public-cloud/instances/infrastructure/images",
    published: `${published}T09:00:00.000Z`,
    owner: OPERATOR_ID,
    public: true,
    state: "active",
    requirements: {},
    tags: {
      role: "os",
      group: name
    },
    files: [
      {
        compression: "gzip",
        sha1: (id + stableId(id)).replaceAll("-", "").slice(0, 40),
        size: 110742036
      }
    ],
    ...more
  };
}
var lx = {
  os: "linux",
  type: "lx-dataset",
  requirements: {
    min_ram: 256,
    brand: "lx"
  }
};
var hvm = {
  os: "linux",
  type: "zvol",
  size: 10240
};
function imageCatalog() {
  return [
    image("smartos", "20191219T203050Z", "2019-12-19"),
    image("base-64-lts", "18.4.0", "2019-01-21", {
      requirements: {
        min_ram: 128
      }
    }),
    image("base-64-lts", "21.4.1", "2022-04-05", {
      requirements: {
        min_ram: 128
      }
    }),
    image("ubuntu-20.04", "20210413", "2021-04-13", lx),
    image("ubuntu-22.04", "20220907", "2022-09-07", lx),
    image("debian-11-bhyve", "20220228", "2022-02-28", {
      ...hvm,
      requirements: {
        brand: "bhyve"
      }
    }),
    image("ubuntu-certified-18.04", "20190627.1", "2019-06-28", {
      ...hvm,
      requirements: {
        brand: "kvm"
      }
    }),
    image("minimal-64", "21.4.0", "2022-02-17"),
    image("minimal-64", "23.4.0", "2024-01-15"),
    image("base-64-lts", "23.4.0", "2024-01-16", {
      requirements: {
        min_ram: 128
      }
    }),
    image("debian-12", "20240612", "2024-06-12", lx),
    image("debian-12-bhyve", "20240612", "2024-06-12", {
      ...hvm,
      requirements: {
        brand: "bhyve"
      }
    }),
    image("old-base", "1.0.0", "2013-01-01", {
      state: "disabled"
    })
  ];
}

// cloudapi/machine_store.ts
function machineId(seed, serial) {
  const head3 = headOf(seed, serial);
  return uuidFrom(head3, at32(seed, 11, serial), at32(seed, 12, serial), at32(seed, 13, serial));
}
var headOf = (seed, serial) => mix32((serial ^ mix32(seed ^ 20973)) >>> 0);
var serialOf = (seed, head3) => (unmix32(head3) ^ mix32(seed ^ 20973)) >>> 0;
var headIn = (id) => Number.parseInt(id.slice(0, 8), 16);
var MachineStore = class {
  #seed;
  #first;
  #seeds;
  #made = /* @__PURE__ */ new Map();
  /** Heads by name; made when somebody first asks for a name. */
  #names;
  /** The first 32 bits of every machine's id, largest first. No two are equal. */
  #heads;
  /** @param first The serial number of the first seeded machine. */
  constructor(seed, first, seeds) {
    this.#seed = seed;
    this.#first = first;
    this.#seeds = seeds;
    const heads = Uint32Array.from({
      length: seeds.count
    }, (_, i) => headOf(seed, first + i));
    this.#heads = Array.from(heads.sort().reverse());
  }
  /** How many there are, deleted ones that are still remembered included. */
  get size() {
    return this.#heads.length;
  }
  get(id) {
    const head3 = headIn(id);
    const place = this.#place(head3);
    if (this.#heads[place] !== head3) return void 0;
    const machine = this.#at(head3);
    return machine.id === id ? machine : void 0;
  }
  /** All machines, in the order of the API's lists. */
  *all() {
    for (const head3 of this.#heads.slice()) yield this.#at(head3);
  }
  add(machine) {
    const head3 = headIn(machine.id);
    const place = this.#place(head3);
    if (this.#heads[place] === head3) {
      throw new RangeError(`Cannot add a machine as its id is too like another's: ${machine.id}`);
    }
    this.#heads.splice(place, 0, head3);
    this.#made.set(head3, machine);
    this.#index(machine.name, head3);
  }
  /** All machines of a name, deleted ones included. */
  named(name) {
    if (this.#names === void 0) {
      this.#names = /* @__PURE__ */ new Map();
      for (const head3 of this.#heads) this.#index(this.#nameOf(head3), head3);
    }
    return (this.#names.get(name) ?? []).map((head3) => this.#at(head3));
  }
  /** Gives a machine another name. */
  rename(machine, name) {
    const head3 = headIn(machine.id);
    this.#forget(machine.name, head3);
    machine.name = name;
    this.#index(name, head3);
  }
  remove(id) {
    const head3 = headIn(id);
    const place = this.#place(head3);
    if (this.#heads[place] !== head3) return;
    this.#forget(this.#nameOf(head3), head3);
    this.#heads.splice(place, 1);
    this.#made.delete(head3);
  }
  #index(name, head3) {
    const heads = this.#names?.get(name);
    if (heads === void 0) this.#names?.set(name, [
      head3
    ]);
    else heads.push(head3);
  }
  #forget(name, head3) {
    const left = this.#names?.get(name)?.filter((each) => each !== head3);
    if (left?.length === 0) this.#names?.delete(name);
    else if (left !== void 0) this.#names?.set(name, left);
  }
  #nameOf(head3) {
    const index = serialOf(this.#seed, head3) - this.#first;
    return this.#made.get(head3)?.name ?? this.#seeds.nameOf(index) ?? head3.toString(16).padStart(8, "0");
  }
  #at(head3) {
    const known = this.#made.get(head3);
    if (known !== void 0) return known;
    const serial = serialOf(this.#seed, head3);
    const index = serial - this.#first;
    if (index < 0 || index >= this.#seeds.count) throw new Error(`no machine has serial ${serial}`);
    const machine = this.#seeds.make(machineId(this.#seed, serial), serial, index);
    this.#made.set(head3, machine);
    return machine;
  }
  /** Where a head is, or would be. */
  #place(head3) {
    let [low, high] = [
      0,
      this.#heads.length
    ];
    while (low < high) {
      const middle = low + high >> 1;
      if (this.#heads[middle] > head3) low = middle + 1;
      else high = middle;
    }
    return low;
  }
};

// cloudapi/package_catalog.ts
function pkg(name, vcpus, gib, disk, more = {}) {
  const version = more.version ?? "1.0.0";
  const group12 = name.slice(0, name.lastIndexOf("-"));
  return {
    id: stableId(`package ${name} ${version}`),
    name,
    version,
    memory: gib * 1024,
    disk: disk * 1024,
    swap: gib * 4096,
    vcpus,
    lwps: 4e3,
    group: group12,
    description: `${vcpus} vCPU, ${gib} GiB RAM, ${disk} GiB disk`,
    active: true,
    ...more
  };
}
function packageCatalog() {
  return [
    pkg("sample-1G", 1, 1, 10),
    pkg("sample-2G", 1, 2, 25),
    pkg("g4-highcpu-256M", 1, 0.25, 5),
    pkg("g4-highcpu-512M", 1, 0.5, 10),
    pkg("g4-highcpu-1G", 1, 1, 25),
    pkg("g4-highcpu-8G", 4, 8, 200, {
      version: "1.0.0"
    }),
    pkg("g4-highcpu-8G", 4, 8, 210, {
      version: "1.0.1"
    }),
    pkg("g4-highcpu-4G", 2, 4, 100),
    pkg("g4-highcpu-16G", 8, 16, 400),
    pkg("g4-general-4G", 2, 4, 200),
    pkg("g4-memory-32G", 4, 32, 800),
    pkg("k4-highcpu-kvm-1.75G", 1, 1.75, 50, {
      brand: "kvm"
    }),
    pkg("b4-bhyve-flex-4G", 2, 4, 100, {
      brand: "bhyve",
      flexible: true,
      disks: [
        {},
        {
          size: "remaining"
        }
      ]
    }),
    pkg("b4-bhyve-flex-8G", 4, 8, 200, {
      brand: "bhyve",
      flexible: true,
      disks: [
        {},
        {
          size: "remaining"
        }
      ]
    }),
    pkg("g3-retired-1G", 1, 1, 25, {
      active: false
    })
  ];
}

// cloudapi/world.ts
var World = class {
  clock;
  seed;
  settings;
  /** When it began, in milliseconds since 1970. */
  began;
  agenda;
  feed;
  workshop;
  ids;
  images = imageCatalog();
  packages = packageCatalog();
  networks = networkCatalog();
  /** The ids of the compute nodes. */
  servers;
  volumes = [];
  accounts = /* @__PURE__ */ new Map();
  executions = [];
  executionsOf = /* @__PURE__ */ new Map();
  jsonMemory = {
    left: 25e3
  };
  /** The serial number of the next NIC added to a machine. */
  nextNic = 12582912;
  /** Whether a machine of some name fails to come up. To be replaced at will. */
  provisionFails = () => false;
  #serial = 0;
  constructor(clock, seed, settings) {
    this.clock = clock;
    this.seed = seed;
    this.settings = settings;
    this.began = clock.now();
    this.agenda = new Agenda(clock);
    this.feed = new ChangeFeed(() => this.agenda.now);
    this.workshop = new Workshop(this);
    this.ids = new Random(seed, 1);
    this.servers = Array.from({
      length: 24
    }, (_, i) => stableId(`server ${settings.datacenter} ${i}`));
  }
  /** The store for an account's machines, with some to begin with. */
  machineStore(owner, seeds) {
    const { count, each } = expandSeeds(seeds, this.seed);
    const first = this.#serial;
    this.#serial += count;
    return new MachineStore(this.seed, first, {
      count,
      make: (id, serial, index) => machineOf(this, owner, each(index), id, serial),
      nameOf: (index) => each(index).name
    });
  }
  /** A new machine's serial number and id; the id's first eight digits are no other machine's. */
  nextMachine() {
    const serial = this.#serial++;
    return {
      id: machineId(this.seed, serial),
      serial
    };
  }
  /** Adds a machine from outside, not by provisioning. */
  addMachine(account, spec) {
    const { id, serial } = this.nextMachine();
    const machine = machineOf(this, account.id, spec, spec.id ?? id, serial);
    account.machines.add(machine);
    this.feed.publish(machine, [
      "state",
      "alias",
      "tags",
      "nics"
    ]);
    return machine;
  }
  /** Notes a write that took effect on a machine. */
  executed(machine, action) {
    const execution = {
      machine: machine.id,
      action,
      at: this.agenda.now
    };
    this.executions.push(execution);
    const same = this.executionsOf.get(machine.id);
    if (same === void 0) this.executionsOf.set(machine.id, [
      execution
    ]);
    else same.push(execution);
  }
  /** A machine has come to its end: its addresses are free, and after a while it is forgotten. */
  buried(machine) {
    releaseNics(this, machine);
    machine.nics = [];
    const owner = [
      ...this.accounts.values()
    ].find(({ id }) => id === machine.owner);
    this.agenda.after(this.settings.purgeAfter, () => owner?.machines.remove(machine.id));
  }
};

// cloudapi/server.ts
var DEFAULTS = {
  datacenter: "sim-1",
  transition: {
    min: 1e4,
    max: 3e4
  },
  updates: {
    min: 300,
    max: 2e3
  },
  lag: {
    min: 0,
    max: 500
  },
  slowness: (_, dice) => dice < 0.05 ? 5 : 1,
  purgeAfter: 36e5,
  pageLimit: 1e3,
  stateChecks: "api",
  dnsSuffix: "sim.invalid"
};
var CloudApiSim = class extends SimControl {
  #server;
  #requestIds;
  #upgrades = /* @__PURE__ */ new WeakMap();
  constructor(options = {}) {
    const seed = options.seed ?? 1;
    const settings = {
      ...DEFAULTS
    };
    for (const key of Object.keys(DEFAULTS)) {
      if (options[key] !== void 0) Object.assign(settings, {
        [key]: options[key]
      });
    }
    const world = new World(options.clock ?? new VirtualClock(), seed, settings);
    const account = addAccount(world, {
      login: options.account ?? "sim",
      keys: options.keys ?? [],
      machines: options.machines ?? 0
    });
    const chance = new Random(seed, 3);
    super(world, account, new Faults(() => chance.next()));
    this.#requestIds = new Random(seed, 2);
    this.#server = {
      world,
      router: new Router(routes),
      throttle: new Throttle(options.throttle ?? {
        burst: 30,
        rate: 10
      }),
      verifier: options.verify === false ? void 0 : new Verifier(),
      readOnly: options.readOnly ?? false
    };
  }
  /** The rate limit; to be changed at any time. */
  get throttle() {
    return this.#server.throttle.options;
  }
  set throttle(options) {
    this.#server.throttle.options = options;
  }
  /** Set while the datacenter is closed for maintenance; to be changed at any time. */
  get readOnly() {
    return this.#server.readOnly;
  }
  set readOnly(state) {
    this.#server.readOnly = state;
  }
  /** How many signatures were really verified; the rest were known already. */
  get signaturesVerified() {
    return this.#server.verifier?.verified ?? 0;
  }
  /** Adds another account. */
  addAccount(spec) {
    return addAccount(this.world, spec);
  }
  /**
   * Answers a request; to be used wherever a `fetch` is wanted. Rejects as `fetch` does: with the signal's reason
   * when aborted, with a TypeError when a fault kills the connection.
   */
  fetch = (input, init) => {
    const request = input instanceof Request && init === void 0 ? input : new Request(input, init);
    return this.#travel(request, "127.0.0.1", request.signal);
  };
  /**
   * The same, for a server that knows the client's address. Such a server's requests go on to their end whether
   * the client is still there or not; `signal` is for when the server itself ends.
   */
  answer(request, ip, signal) {
    return this.#travel(request, ip, signal);
  }
  /** For an answer that is to be upgraded to a websocket: whose machines it is to tell of. */
  feedOf(response) {
    return this.#upgrades.get(response);
  }
  async #travel(request, ip, signal) {
    signal.throwIfAborted();
    const { clock } = this.world;
    const { fault: fault2, delay } = this.faults.strike(request);
    if (delay > 0) await clock.sleep(delay / 2, signal);
    const entry = this.requests.arrived(request.method, new URL(request.url), clock.now());
    if (fault2?.do === "drop-before") throw new ConnectionFault(request.url);
    if (fault2?.do === "black-hole") return await untilAborted(signal);
    let route2 = "";
    const arrived = clock.now();
    const reply = fault2?.do === "status" ? faultReply(fault2) : await clock.hold(async () => {
      try {
        this.world.agenda.settle();
        return await dispatch(this.#server, request, ip, (found) => {
          route2 = found.name;
        });
      } catch (error) {
        return refusal(error);
      }
    });
    if (reply.never) return await untilAborted(signal);
    if (reply.delay !== void 0) await clock.sleep(reply.delay);
    const answer = fault2?.do === "status-after" ? faultReply(fault2) : reply;
    const response = this.#respond(request, answer, clock.now() - arrived, fault2);
    this.requests.answered(entry, route2, response.status);
    if (fault2?.do === "black-hole-after") return await untilAborted(signal);
    if (fault2?.do === "drop-after") throw new ConnectionFault(request.url);
    if (delay > 0) await clock.sleep(delay / 2, signal);
    signal.throwIfAborted();
    return response;
  }
  #respond(request, reply, took, fault2) {
    if (reply.feedOf !== void 0) {
      const upgrade2 = new Response(null);
      this.#upgrades.set(upgrade2, reply.feedOf);
      return upgrade2;
    }
    const status = reply.status ?? 200;
    let text2 = reply.json ?? (reply.body === void 0 ? "" : JSON.stringify(reply.body));
    if (fault2?.do === "malform") text2 = fault2.text ?? "<html><body><h1>502 Bad Gateway</h1></body></html>";
    const headers = {
      "date": new Date(this.world.clock.now()).toUTCString(),
      "server": "cloudapi/9.20.0",
      "api-version": "9.0.0",
      "request-id": this.#requestIds.uuid(),
      "response-time": String(Math.round(took)),
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "Accept, Accept-Version, Content-Length, Content-MD5, Content-Type, Date, Api-Version, Response-Time",
      "access-control-allow-methods": "GET, HEAD, POST, PUT, DELETE",
      "access-control-expose-headers": "Api-Version, Request-Id, Response-Time",
      ...reply.headers
    };
    const empty = status === 204 || status === 304;
    if (!empty && text2 !== "") headers["content-type"] = "application/json";
    if (text2.length < 4096) headers["content-md5"] = md5Base64(new TextEncoder().encode(text2));
    if (fault2?.do === "truncate") return new Response(cutOff(text2), {
      status,
      headers
    });
    const body = request.method === "HEAD" || empty || text2 === "" ? null : text2;
    return new Response(body, {
      status,
      headers
    });
  }
};
function createCloudApi(options = {}) {
  return new CloudApiSim(options);
}
function refusal(error) {
  if (error instanceof Problem) return {
    status: error.status,
    headers: error.headers,
    body: error.body
  };
  throw new Error("Cannot answer as the simulator itself is broken: please report it", {
    cause: error
  });
}
function faultReply(fault2) {
  const body = fault2.body ?? STATUS_BODIES[fault2.status] ?? {
    code: "InternalError",
    message: "Internal Error"
  };
  return {
    status: fault2.status,
    body,
    ...fault2.headers === void 0 ? {} : {
      headers: fault2.headers
    }
  };
}
var STATUS_BODIES = {
  400: {
    BadHTTPRequest: "The request could not be understood"
  },
  408: {
    IdleClientError: "Your browser didn't send a complete request in time."
  },
  503: {
    code: "ServiceUnavailable",
    message: "No server is available to handle this request"
  }
};
function untilAborted(signal) {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), {
      once: true
    });
  });
}
function cutOff(text2) {
  const bytes = new TextEncoder().encode(text2);
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(new TypeError("error reading a body from connection"));
      sent = true;
      controller.enqueue(bytes.subarray(0, Math.floor(bytes.length / 2)));
    }
  });
}

// datacenter.ts
async function simulatedDatacenter(options = {}) {
  const clock = options.clock ?? new VirtualClock();
  const account = options.account ?? "sim";
  const pair = await clock.hold(async () => await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify"
  ]));
  const publicKey = await clock.hold(() => publicKeyLine(pair.publicKey, account));
  const sim = createCloudApi({
    machines: showcase(),
    ...options,
    clock,
    account,
    keys: [
      publicKey,
      ...options.keys ?? []
    ]
  });
  return {
    fetch: sim.fetch,
    clock,
    account,
    keyId: parsePublicKey(publicKey).fingerprint,
    privateKey: pair.privateKey,
    publicKey,
    url: "https://sim.invalid",
    sim
  };
}

// openstack/trove/instance.ts
var TASKS = {
  NONE: void 0,
  BUILDING: "BUILD",
  REBOOTING: "REBOOT",
  RESIZING: "RESIZE",
  PROMOTING: "PROMOTE",
  EJECTING: "EJECT",
  DETACHING: "DETACH",
  UPGRADING: "UPGRADE",
  /** A change of access: shows nothing but an empty `operating_status`. */
  UPDATING: void 0,
  DELETING: "SHUTDOWN"
};
function statusOf2(instance) {
  if (instance.forced !== void 0) return instance.forced.status;
  const busy = TASKS[instance.task];
  if (busy !== void 0) return busy;
  if (instance.server === "ERROR") return "ERROR";
  if (instance.runningBackups > 0) return "BACKUP";
  if (instance.service === "RESTART_REQUIRED") return "RESTART_REQUIRED";
  return "ACTIVE";
}
function operatingStatusOf(instance) {
  if (instance.forced !== void 0) return instance.forced.operating;
  if (instance.task !== "NONE" || instance.server === "ERROR") return "";
  return instance.lag ?? instance.service;
}
function freshLogs() {
  const log = (name, type, status, pending) => ({
    name,
    type,
    status,
    published: 0,
    pending
  });
  return [
    log("general", "USER", "Disabled", 0),
    log("slow_query", "USER", "Disabled", 0),
    log("error", "SYS", "Ready", 14928),
    log("guest", "SYS", "Ready", 206413)
  ];
}

// openstack/exact_json.ts
var exact = JSON;
function parseExact(text2) {
  return exact.parse(text2, (_key, value, { source }) => typeof value === "number" && !Number.isSafeInteger(value) && source !== void 0 && /^-?\d+$/.test(source) ? BigInt(source) : value);
}
function stringifyExact(value) {
  return JSON.stringify(value, (_key, item) => typeof item === "bigint" ? exact.rawJSON(String(item)) : item);
}
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// openstack/reply.ts
var Refusal = class extends Error {
  name = "Refusal";
  reply;
  /** Whether the refused write leaves its message as the instance's `fault`, as most do. */
  leavesFault;
  constructor(message, reply, leavesFault = true) {
    super(message);
    this.reply = reply;
    this.leavesFault = leavesFault;
  }
};
var FAULT_NAMES = {
  400: "badRequest",
  401: "unauthorized",
  403: "forbidden",
  404: "itemNotFound",
  409: "conflict",
  413: "overLimit",
  422: "unprocessableEntity",
  500: "instanceFault",
  501: "notImplemented",
  503: "serviceUnavailable"
};
function fault(status, message, leavesFault = true) {
  const json = {
    [FAULT_NAMES[status]]: {
      code: status,
      message
    }
  };
  return new Refusal(message, {
    status,
    json
  }, leavesFault);
}
function noRoute() {
  return fault(404, "The resource could not be found.", false);
}
function crash(id) {
  const message = `Internal Server Error. Please keep this ID to help us figure out what went wrong: (${id}).`;
  return fault(500, message, false);
}
function layerFault(status, message) {
  const title = status === 400 ? "Bad Request" : "Forbidden";
  const json = {
    message,
    code: `${status} ${title}`,
    title
  };
  return new Refusal(message, {
    status,
    json
  }, false);
}
function identityFault(status, message) {
  const titles = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict"
  };
  return new Refusal(message, {
    status,
    json: {
      error: {
        code: status,
        message,
        title: titles[status]
      }
    }
  });
}
function page2(status, title, text2) {
  const html = `<!doctype html>
<html lang=en>
<title>${status} ${title}</title>
<h1>${title}</h1>
<p>${text2}</p>
`;
  return new Refusal(text2, {
    status,
    html
  });
}
function toResponse(reply, method) {
  const text2 = reply.html ?? (reply.json === void 0 ? "" : stringifyExact(reply.json));
  const headers = new Headers({
    "content-type": reply.html === void 0 ? "application/json" : "text/html; charset=utf-8",
    "content-length": String(new TextEncoder().encode(text2).length)
  });
  for (const [name, value] of Object.entries(reply.headers ?? {})) headers.set(name, value);
  return new Response(method === "HEAD" || reply.status === 204 ? null : text2, {
    status: reply.status,
    headers
  });
}

// openstack/trove/schema.ts
function pythonText(value) {
  if (value === null || value === void 0) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") {
    return value.includes("'") && !value.includes('"') ? `"${value}"` : `'${value.replaceAll("'", "\\'")}'`;
  }
  if (Array.isArray(value)) return `[${value.map(pythonText).join(", ")}]`;
  if (!isObject(value)) return String(value);
  return `{${Object.entries(value).map(([key, one2]) => `${pythonText(key)}: ${pythonText(one2)}`).join(", ")}}`;
}
function isOfType(value, type) {
  switch (type) {
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return typeof value === "bigint" || Number.isInteger(value);
    case "null":
      return value === null;
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
  }
}
function* complaintsOf(value, schema, path11) {
  const say = (text2) => ({
    path: path11,
    text: text2
  });
  const shown2 = pythonText(value);
  if (schema.anyOf !== void 0) {
    const attempts = schema.anyOf.map((one2) => [
      ...complaintsOf(value, one2, path11)
    ]);
    if (attempts.every((attempt) => attempt.length > 0)) {
      const why = attempts.flat().map(({ text: text2 }) => text2);
      yield say([
        `${shown2} is not valid under any of the given schemas`,
        ...why
      ].join("; "));
    }
  }
  if (schema.enum !== void 0 && !schema.enum.includes(value)) {
    yield say(`${shown2} is not one of ${pythonText([
      ...schema.enum
    ])}`);
  }
  if (schema.type !== void 0 && !isOfType(value, schema.type)) {
    yield say(`${shown2} is not of type '${schema.type}'`);
    return;
  }
  if (typeof value === "string") {
    if (value.length < (schema.minLength ?? 0)) yield say(`${shown2} is too short`);
    if (value.length > (schema.maxLength ?? Infinity)) yield say(`${shown2} is too long`);
    if (schema.pattern !== void 0 && !new RegExp(schema.pattern).test(value)) {
      yield say(`${shown2} does not match '${schema.pattern}'`);
    }
  } else if (typeof value === "number") {
    if (value < (schema.minimum ?? -Infinity)) {
      yield say(`${shown2} is less than the minimum of ${schema.minimum}`);
    }
    if (value > (schema.maximum ?? Infinity)) {
      yield say(`${shown2} is greater than the maximum of ${schema.maximum}`);
    }
  } else if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) yield say(`${shown2} is too short`);
    if (value.length > (schema.maxItems ?? Infinity)) yield say(`${shown2} is too long`);
    for (const [i, item] of value.entries()) {
      if (schema.items !== void 0) yield* complaintsOf(item, schema.items, [
        ...path11,
        i
      ]);
    }
  } else if (isObject(value)) {
    yield* complaintsOfObject(value, schema, path11);
  }
}
function* complaintsOfObject(value, schema, path11) {
  const names2 = Object.keys(value);
  if (names2.length < (schema.minProperties ?? 0)) {
    yield {
      path: path11,
      text: `${pythonText(value)} does not have enough properties`
    };
  }
  if (names2.length > (schema.maxProperties ?? Infinity)) {
    yield {
      path: path11,
      text: `${pythonText(value)} has too many properties`
    };
  }
  for (const name of schema.required ?? []) {
    if (value[name] === void 0) yield {
      path: path11,
      text: `'${name}' is a required property`
    };
  }
  const extra = names2.filter((name) => schema.properties?.[name] === void 0);
  if (schema.additionalProperties === false && extra.length > 0) {
    const which = extra.map((name) => pythonText(name)).join(", ");
    const verb = extra.length === 1 ? "was" : "were";
    yield {
      path: path11,
      text: `Additional properties are not allowed (${which} ${verb} unexpected)`
    };
  }
  for (const [name, one2] of Object.entries(schema.properties ?? {})) {
    const member = value[name];
    if (member !== void 0) yield* complaintsOf(member, one2, [
      ...path11,
      name
    ]);
  }
}
var placed = (path11) => path11.map((step, i) => i === 0 ? String(step) : typeof step === "number" ? `[${step}]` : `['${step}']`).join("");
function check(body, schema) {
  const complaints = [
    ...complaintsOf(body, schema, [])
  ].map(({ path: path11, text: text2 }) => ({
    at: placed(path11),
    text: text2
  })).sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
  if (complaints.length === 0) return;
  const all = complaints.map(({ at, text: text2 }) => at === "" ? text2 : `${at} ${text2}`).join("; ");
  throw fault(400, `Validation error: ${all}`, false);
}

// openstack/trove/call.ts
var Call = class {
  facts;
  /** The instances it is about, for faults and for the record of what was carried out. */
  touched = [];
  /** The word for the change, where the route has several. */
  action;
  /** Set by a handler that changed nothing although it was a POST. */
  onlyRead = false;
  constructor(facts) {
    this.facts = facts;
  }
  get region() {
    return this.facts.region;
  }
  get project() {
    return this.facts.project;
  }
  get admin() {
    return this.facts.admin;
  }
  get query() {
    return this.facts.query;
  }
  get now() {
    return this.facts.now;
  }
  /** The `n`th variable part of the path, decoded. */
  param(n) {
    return this.facts.params[n];
  }
  /** The body once it satisfies the schema. */
  body(schema) {
    const { body } = this.facts;
    if (body === void 0) throw this.crash();
    check(body, {
      type: "object",
      ...schema
    });
    return body;
  }
  /** The object under `key` of a body `{key: {…}}` once it satisfies the schema. */
  inner(key, schema) {
    const body = this.body({
      required: [
        key
      ],
      properties: {
        [key]: {
          type: "object",
          ...schema
        }
      }
    });
    return body[key];
  }
  /** The list under `key` of a body `{key: […]}` once its items satisfy the schema. */
  list(key, items, minItems = 1) {
    const body = this.body({
      required: [
        key
      ],
      properties: {
        [key]: {
          type: "array",
          minItems,
          items
        }
      }
    });
    return body[key].filter(isObject);
  }
  crash() {
    return crash(this.region.uuid());
  }
  notFound(id) {
    return fault(404, `Resource ${id} cannot be found.`);
  }
  /** Refuses whoever is no administrator: with a 401, which clients take for an expired token. */
  onlyAdmin() {
    if (!this.admin) throw fault(401, "User does not have admin privileges.", false);
  }
  /** Refuses whoever is no administrator the way a policy does: with a 403. */
  policy(rule) {
    if (!this.admin) throw fault(403, `Policy doesn't allow ${rule} to be performed.`, false);
  }
  /** The instance of that id, of this project; an administrator may have another project's. */
  instance(id = this.param(0)) {
    const instance = this.region.instances.get(id);
    if (instance === void 0 || instance.project !== this.project && !this.admin) throw this.notFound(id);
    this.touched.push(instance);
    return instance;
  }
  /** The instance once its guest can be asked something. */
  guest() {
    const instance = this.instance();
    if (statusOf2(instance) === "BUILD") throw fault(422, `Instance ${instance.id} is not ready.`, false);
    return instance;
  }
  /** Refuses an action while another is under way, and until the database has reported again. */
  mustBeIdle(instance) {
    let why;
    if (instance.task !== "NONE") why = `task status was ${instance.task}`;
    else if (instance.server !== "ACTIVE" || instance.lag !== void 0 || instance.runningBackups > 0) {
      why = `instance status was ${statusOf2(instance)}`;
    } else if (instance.forced !== void 0 && ![
      "ACTIVE",
      "HEALTHY"
    ].includes(instance.forced.status)) {
      why = `instance status was ${instance.forced.status}`;
    }
    if (why === void 0) return;
    throw fault(422, `Instance ${instance.id} is not currently available for an action to be performed (${why}).`);
  }
  /** `self` and `bookmark`, which are https whatever the request was. */
  links(kind, id) {
    const { host } = this.facts;
    return [
      {
        href: `https://${host}/v1.0/${this.project.id}/${kind}/${id}`,
        rel: "self"
      },
      {
        href: `https://${host}/${kind}/${id}`,
        rel: "bookmark"
      }
    ];
  }
};
var ACCEPTED2 = {
  status: 202
};

// openstack/trove/pages.ts
var PAGE = 20;
function next(call, marker) {
  const query = new URLSearchParams(call.query);
  query.set("marker", marker);
  return {
    links: [
      {
        rel: "next",
        href: `https://${call.facts.host}${call.facts.path}?${query}`
      }
    ]
  };
}
function keyPage(call, sorted, key, codec = {
  write: (s) => s,
  read: (s) => s
}) {
  const said = call.query.get("limit");
  const asked = said === null ? PAGE : Number(said);
  if (!Number.isInteger(asked) || asked < 1) throw call.crash();
  const size = Math.min(asked, PAGE);
  const marker = call.query.get("marker");
  const after = marker === null ? void 0 : codec.read(marker);
  const rest = after === void 0 ? sorted : sorted.filter((item) => key(item) > after);
  const items = rest.slice(0, size);
  return {
    items,
    links: rest.length > size ? next(call, codec.write(key(items.at(-1)))) : {}
  };
}
function offsetPage(call, all) {
  const said = call.query.get("limit");
  const size = said === null ? PAGE : Math.min(Number(said), PAGE);
  const offset = Number(call.query.get("marker") ?? 0);
  if (!Number.isInteger(size) || size < 0 || !Number.isInteger(offset) || offset < 0) throw call.crash();
  const items = all.slice(offset, offset + size);
  return {
    items,
    links: all.length > offset + size ? next(call, String(offset + size)) : {}
  };
}

// openstack/trove/databases.ts
var RESERVED = {
  postgresql: [
    "postgres",
    "template0",
    "template1"
  ],
  mysql: [
    "mysql",
    "information_schema",
    "performance_schema",
    "sys",
    "lost+found",
    "#mysql50#lost+found"
  ]
};
var CHARACTER_SETS = /^(utf8|utf8mb3|utf8mb4|latin[12579]|ascii|binary|ucs2|utf16|utf32|cp125[0167]|koi8[ru])$/;
var DATABASE = {
  type: "object",
  required: [
    "name"
  ],
  properties: {
    name: {
      type: "string",
      minLength: 1
    },
    character_set: {
      type: "string",
      minLength: 1
    },
    collate: {
      type: "string",
      minLength: 1
    }
  }
};
function addDatabases(instance, said) {
  const names2 = said.map((one2) => String(one2.name));
  const reserved = RESERVED[instance.version.datastore.name] ?? RESERVED.mysql;
  for (const [i, name] of names2.entries()) {
    const charset = said[i].character_set;
    const known = charset === void 0 || CHARACTER_SETS.test(String(charset).toLowerCase());
    if (!known || name.length > 64 || /[\\/?%*:|"<>.`]|\s$/.test(name)) {
      throw fault(400, `'${name}' is not a valid schema name.`);
    }
    if (reserved.includes(name.toLowerCase())) throw fault(400, `Database name '${name}' is reserved.`);
    if (instance.databases.has(name) || names2.indexOf(name) !== i) {
      throw fault(400, `A database with the name "${name}" already exists.`);
    }
  }
  for (const name of names2) instance.databases.add(name);
}
var listDatabases = (call) => {
  const instance = call.guest();
  const sorted = [
    ...instance.databases
  ].sort();
  const { items, links } = keyPage(call, sorted, (name) => name);
  return {
    status: 200,
    json: {
      databases: items.map((name) => ({
        name
      })),
      ...links
    }
  };
};
var createDatabases = (call) => {
  const said = call.list("databases", DATABASE);
  addDatabases(call.guest(), said);
  call.action = "create-databases";
  return ACCEPTED2;
};
var deleteDatabase = (call) => {
  const instance = call.guest();
  const name = call.param(1);
  if (!instance.databases.delete(name)) {
    throw fault(404, `Database ${name} cannot be found on the instance.`);
  }
  call.action = "delete-database";
  return ACCEPTED2;
};
var showDatabase = () => {
  throw notImplemented();
};
function notImplemented() {
  const message = "The server has either erred or is incapable of performing the requested operation.";
  return fault(501, message, false);
}

// openstack/times.ts
function seconds(ms) {
  return new Date(ms).toISOString().slice(0, 19);
}
function microseconds(ms) {
  return `${seconds(ms)}.000000Z`;
}

// openstack/trove/instance_view.ts
var NETWORK = "11111111-1111-1111-1111-111111111111";
var UNASKED = [
  "BUILD",
  "REBOOT",
  "RESIZE",
  "PROMOTE",
  "EJECT",
  "UPGRADE"
];
var USED = 0.16;
function addresses(instance) {
  if ([
    "BUILD",
    "SHUTDOWN"
  ].includes(statusOf2(instance))) return {};
  const { ip, publicIp } = instance;
  const inside = {
    address: ip,
    type: "private",
    network: NETWORK
  };
  if (!instance.access.isPublic) return {
    ip: [
      ip
    ],
    addresses: [
      inside
    ]
  };
  return {
    ip: [
      ip,
      publicIp
    ],
    addresses: [
      inside,
      {
        address: publicIp,
        type: "public"
      }
    ]
  };
}
function access({ access: access3 }) {
  return {
    is_public: access3.isPublic,
    ...access3.cidrs === void 0 ? {} : {
      allowed_cidrs: access3.cidrs
    }
  };
}
function briefInstance(call, instance) {
  const { version, volume } = instance;
  const status = statusOf2(instance);
  const related = (one2) => ({
    id: one2.id,
    links: call.links("instances", one2.id)
  });
  const replicas2 = call.region.replicasOf(instance);
  return {
    id: instance.id,
    name: instance.name,
    status,
    operating_status: operatingStatusOf(instance),
    links: call.links("instances", instance.id),
    flavor: {
      id: instance.flavor.id,
      links: call.links("flavors", instance.flavor.id)
    },
    datastore: {
      type: version.datastore.name,
      version: version.name
    },
    region: instance.region,
    access: status === "BUILD" ? {} : access(instance),
    ...call.admin ? {
      tenant_id: instance.project.id
    } : {},
    volume: {
      size: volume.size,
      ...volume.type === void 0 ? {} : {
        type: volume.type
      }
    },
    ...addresses(instance),
    ...instance.replicaOf === void 0 ? {} : {
      replica_of: related(instance.replicaOf)
    },
    ...replicas2.length === 0 ? {} : {
      replicas: replicas2.map(related)
    }
  };
}
function detailedInstance(call, instance) {
  const { configuration: configuration2, fault: fault2, version } = instance;
  const { admin } = call;
  return {
    ...briefInstance(call, instance),
    datastore: {
      type: version.datastore.name,
      version: version.name,
      version_number: version.number
    },
    ...configuration2 === void 0 ? {} : {
      configuration: {
        id: configuration2.id,
        name: configuration2.name,
        links: call.links("configurations", configuration2.id)
      }
    },
    created: seconds(instance.created),
    updated: seconds(instance.updated),
    service_status_updated: seconds(instance.serviceUpdated),
    ...fault2 === void 0 ? {} : {
      fault: {
        ...fault2,
        details: admin ? fault2.details : null
      }
    },
    ...instance.clusterId === void 0 ? {} : {
      cluster_id: instance.clusterId,
      shard_id: null
    },
    ...instance.locality === void 0 ? {} : {
      locality: instance.locality
    },
    ...admin ? {
      server_id: serverId(instance),
      volume_id: `vol-${instance.id}`,
      encrypted_rpc_messaging: true
    } : {}
  };
}
function oneInstance(call, instance) {
  const view9 = detailedInstance(call, instance);
  if (UNASKED.includes(statusOf2(instance))) return view9;
  return {
    ...view9,
    volume: {
      ...view9.volume,
      used: USED
    }
  };
}
function serverId(instance) {
  return `srv-${instance.id}`;
}

// openstack/trove/life.ts
var LAGS = {
  REBOOTING: "RESTARTING",
  UPGRADING: "UPGRADING"
};
function begin2(region, instance, task, transition, now, done) {
  region.timeline.cancel(instance.id);
  instance.task = task;
  instance.forced = void 0;
  instance.lag = void 0;
  instance.updated = now;
  region.held.delete(instance.id);
  const finish = (at) => {
    if (instance.doomed !== void 0) return breakDown(region, instance, instance.doomed, at);
    settle(region, instance, at, LAGS[task] ?? "");
    done(at);
  };
  region.timeline.add(instance.id, now + region.duration(transition), (at) => {
    if (!instance.stuck) return finish(at);
    instance.stuck = false;
    region.held.set(instance.id, finish);
  });
}
function settle(region, instance, at, lag) {
  instance.task = "NONE";
  instance.updated = at;
  instance.lag = lag;
  region.timeline.add(instance.id, at + region.duration("lag"), (later) => {
    instance.lag = void 0;
    instance.serviceUpdated = later;
  });
}
function letGo(region, instance, now) {
  instance.stuck = false;
  const finish = region.held.get(instance.id);
  region.held.delete(instance.id);
  finish?.(now);
}
function breakDown(region, instance, reason, at) {
  region.timeline.cancel(instance.id);
  Object.assign(instance, {
    task: "NONE",
    server: "ERROR",
    service: "FAILED",
    lag: void 0,
    doomed: void 0
  });
  instance.forced = void 0;
  instance.stuck = false;
  instance.updated = instance.serviceUpdated = at;
  region.setFault(instance, reason, at);
}
function build(region, instance, now) {
  if (/GUEST_ERROR$/.test(instance.name)) instance.doomed = "Service not active, status: failed to spawn";
  if (/SERVER_ERROR$/.test(instance.name)) instance.doomed = "Server is not ready, status: ERROR";
  begin2(region, instance, "BUILDING", "build", now, () => {
    instance.server = "ACTIVE";
    instance.service = "HEALTHY";
  });
}
function takeDown(region, instance, now) {
  const again = instance.task === "DELETING";
  if (again && region.timeline.has(instance.id)) return;
  begin2(region, instance, "DELETING", "delete", now, (at) => region.bury(instance, at));
}
var TASK_OF = Object.fromEntries(Object.keys(TASKS).flatMap((task) => TASKS[task] === void 0 ? [] : [
  [
    TASKS[task],
    task
  ]
]));
function force(region, instance, status, operating) {
  region.timeline.cancel(instance.id);
  Object.assign(instance, {
    task: "NONE",
    server: "ACTIVE",
    service: "HEALTHY",
    lag: void 0,
    forced: void 0
  });
  const task = TASK_OF[status];
  if (task !== void 0) instance.task = task;
  else if (status === "ERROR") Object.assign(instance, {
    server: "ERROR",
    service: "FAILED"
  });
  else if (status === "RESTART_REQUIRED") instance.service = "RESTART_REQUIRED";
  else if (status === "ACTIVE") instance.service = operating ?? "HEALTHY";
  else instance.forced = {
    status,
    operating: operating ?? (status === "BACKUP" ? "HEALTHY" : status)
  };
  if (operating !== void 0 && status !== "ACTIVE") instance.forced = {
    status,
    operating
  };
}

// openstack/trove/parameters_data.ts
var HUGE = 9223372036854775807n;
var BEYOND_SIGNED = 18446744073709547520n;
var integer = (name, min, max, restart2 = false) => ({
  name,
  type: "integer",
  restart: restart2,
  min,
  ...max === void 0 ? {} : {
    max
  }
});
var other = (name, type, restart2 = false) => ({
  name,
  type,
  restart: restart2
});
var MYSQL = [
  integer("auto_increment_increment", 1, 65535),
  integer("autocommit", 0, 1),
  integer("bulk_insert_buffer_size", 0, HUGE),
  other("character_set_server", "string"),
  other("collation_server", "string"),
  integer("connect_timeout", 2, 31536e3),
  integer("expire_logs_days", 0, 99),
  integer("innodb_buffer_pool_chunk_size", 1048576, void 0, true),
  integer("innodb_buffer_pool_size", 5242880, HUGE, true),
  other("innodb_deadlock_detect", "boolean"),
  integer("innodb_flush_log_at_trx_commit", 0, 2),
  other("innodb_flush_method", "string", true),
  integer("innodb_log_file_size", 4194304, 274877906944, true),
  integer("join_buffer_size", 128, BEYOND_SIGNED),
  integer("key_buffer_size", 8, 4294967295),
  {
    ...other("long_query_time", "float"),
    min: 0
  },
  integer("lower_case_table_names", 0, 2, true),
  integer("max_allowed_packet", 1024, 1073741824),
  integer("max_connections", 1, 1e5),
  integer("max_user_connections", 0, 4294967295),
  other("performance_schema", "boolean", true),
  integer("sort_buffer_size", 32768, BEYOND_SIGNED),
  integer("wait_timeout", 1, 31536e3)
];
var POSTGRESQL = [
  other("autovacuum", "boolean"),
  integer("checkpoint_timeout", 30, 86400),
  integer("deadlock_timeout", 1, 2147483647),
  other("log_statement", "string"),
  integer("max_connections", 1, 262143, true),
  integer("max_wal_size", 2, 2147483647),
  {
    ...other("random_page_cost", "float"),
    min: 0
  },
  integer("shared_buffers", 16, 1073741823, true),
  integer("statement_timeout", 0, 2147483647),
  integer("wal_buffers", -1, 262143, true),
  integer("work_mem", 64, 2147483647)
];
function parametersOf(datastore) {
  const all = datastore === "postgresql" ? POSTGRESQL : datastore === "cassandra" ? [] : MYSQL;
  return all.map((one2) => ({
    ...one2
  }));
}
function defaultValues(datastore) {
  if (datastore === "postgresql") {
    return {
      port: 5432,
      max_connections: 100,
      shared_buffers: "128MB",
      wal_level: "replica",
      ssl: "off"
    };
  }
  return {
    port: 3306,
    basedir: "/usr",
    datadir: "/var/lib/mysql/data",
    "secure-file-priv": "NULL",
    socket: "/var/run/mysqld/mysqld.sock",
    max_allowed_packet: "1024K",
    innodb_buffer_pool_size: "150M",
    connect_timeout: 15,
    wait_timeout: 120,
    max_connections: 100,
    "local-infile": 0,
    performance_schema: "ON"
  };
}

// openstack/trove/offers.ts
var FLAVORS = [
  [
    "1",
    "m1.tiny",
    512,
    1,
    0,
    0
  ],
  [
    "2",
    "m1.small",
    2048,
    1,
    20,
    0
  ],
  [
    "3",
    "m1.medium",
    4096,
    2,
    40,
    0
  ],
  [
    "4",
    "m1.large",
    8192,
    4,
    80,
    0
  ],
  [
    "5",
    "m1.xlarge",
    16384,
    8,
    160,
    0
  ],
  [
    "custom",
    "custom.small",
    512,
    1,
    25,
    1
  ]
].map(([id, name, ram, vcpus, disk, ephemeral]) => ({
  id,
  name,
  ram,
  vcpus,
  disk,
  ephemeral
}));
var VOLUME_TYPES = [
  {
    id: "11111111-0000-4000-8000-000000000001",
    name: "lvmdriver-1"
  },
  {
    id: "11111111-0000-4000-8000-000000000002",
    name: "fast"
  }
];
var IMAGE = "c00000c0-00c0-4c00-80c0-000c000000cc";
function addVersion(datastore, id, name, active) {
  const version = {
    id,
    name,
    number: name,
    datastore,
    active,
    manager: datastore.name,
    image: IMAGE,
    imageTags: [
      ""
    ],
    packages: [
      ""
    ],
    parameters: parametersOf(datastore.name)
  };
  datastore.versions.push(version);
  return version;
}
function datastores(random, withClusters) {
  const offers = [
    [
      "mysql",
      [
        "5.7.29",
        "8.0.29",
        "5.5-inactive"
      ]
    ],
    [
      "postgresql",
      [
        "12",
        "14"
      ]
    ],
    [
      "mariadb",
      [
        "10.4.18"
      ]
    ]
  ];
  if (withClusters) offers.push([
    "cassandra",
    [
      "3.11"
    ]
  ]);
  return offers.map(([name, versions3]) => {
    const datastore = {
      id: random.uuid(),
      name,
      versions: [],
      defaultVersion: void 0,
      clusters: name === "cassandra"
    };
    for (const version of versions3) {
      addVersion(datastore, random.uuid(), version, !version.endsWith("-inactive"));
    }
    datastore.defaultVersion = datastore.versions[0];
    return datastore;
  });
}

// openstack/trove/lookups.ts
function reference(value) {
  return String(value).split("/").at(-1);
}
function flavorOf(value) {
  const id = reference(value);
  const flavor = FLAVORS.find((one2) => one2.id === id);
  if (flavor === void 0) throw fault(400, `Resource ${id} cannot be found.`);
  return flavor;
}
function datastoreOf(call, idOrName) {
  const found = call.region.datastores.find((one2) => one2.id === idOrName || one2.name === idOrName);
  if (found === void 0) throw fault(404, `Datastore '${idOrName}' cannot be found.`);
  return found;
}
function versionOf(call, datastore, idOrName) {
  const found = datastore.versions.find((one2) => one2.id === idOrName || one2.name === idOrName);
  if (found === void 0 || !found.active && !call.admin) {
    throw fault(400, `Datastore version '${idOrName}' cannot be found.`);
  }
  return found;
}
function versionById(call, id) {
  const found = call.region.allVersions().find((one2) => one2.id === id);
  if (found === void 0) throw fault(400, `Datastore version '${id}' cannot be found.`);
  return found;
}
function askedVersion(call, said) {
  const datastore = said?.type === void 0 ? call.region.datastores[0] : datastoreOf(call, String(said.type));
  const wanted2 = said?.version ?? said?.version_number;
  const version = wanted2 === void 0 ? datastore.defaultVersion : datastore.versions.find((one2) => [
    one2.id,
    one2.name,
    one2.number
  ].includes(String(wanted2)));
  if (version === void 0) throw fault(400, `Datastore version '${wanted2}' cannot be found.`);
  if (!version.active) throw fault(400, `Datastore version '${version.name}' is not active.`);
  return version;
}
function configurationOf(call, value) {
  const id = reference(value);
  const found = call.region.configurations.find((one2) => one2.id === id && (one2.project === call.project || call.admin));
  if (found === void 0) throw fault(404, `Configuration group with ID ${id} could not be found.`);
  return found;
}

// openstack/trove/quota_check.ts
function usage(region, project) {
  const mine = region.instancesOf(project);
  const sum = (of) => mine.reduce((total, one2) => total + of(one2), 0);
  return {
    instances: mine.length,
    volumes: sum((one2) => one2.volume.size),
    backups: region.backups.filter((one2) => one2.project === project).length,
    ram: sum((one2) => one2.flavor.ram)
  };
}
function reserve(region, project, more) {
  const quota2 = region.quotaOf(project.id);
  const used = usage(region, project);
  const over = Object.keys(more).filter((name) => quota2[name] >= 0 && more[name] > 0 && used[name] + more[name] > quota2[name]).sort();
  if (over.length === 0) return;
  throw fault(413, `Quota exceeded for resources: [${over.map((name) => `'${name}'`).join(", ")}].`);
}

// openstack/trove/users.ts
var RESERVED2 = [
  "os_admin",
  "root"
];
var HOST = {
  type: "string",
  minLength: 1,
  pattern: "^[%]?[\\w(-).]*[%]?$"
};
var USER_NAME = {
  type: "string",
  minLength: 1,
  maxLength: 255
};
var PASSWORD = {
  type: "string",
  minLength: 1
};
var GRANTS = {
  type: "array",
  items: {
    type: "object",
    required: [
      "name"
    ]
  }
};
var USER = {
  type: "object",
  required: [
    "name",
    "password"
  ],
  properties: {
    name: USER_NAME,
    password: PASSWORD,
    host: HOST,
    databases: GRANTS
  }
};
var CHANGE = {
  minProperties: 1,
  additionalProperties: false,
  properties: {
    name: USER_NAME,
    password: PASSWORD,
    host: HOST
  }
};
var keyOf2 = ({ name, host }) => `${name}@${host}`;
function addUsers(instance, said) {
  const users = said.map((one2) => ({
    name: String(one2.name),
    host: typeof one2.host === "string" ? one2.host : "%",
    password: String(one2.password),
    databases: new Set(one2.databases?.map(({ name }) => String(name)))
  }));
  for (const [i, user] of users.entries()) {
    if (RESERVED2.includes(user.name.toLowerCase())) throw fault(400, `User name '${user.name}' is reserved.`);
    if (instance.users.has(keyOf2(user)) || users.findIndex((one2) => keyOf2(one2) === keyOf2(user)) !== i) {
      throw fault(400, `A user with the name "${user.name}" already exists.`);
    }
  }
  for (const user of users) instance.users.set(keyOf2(user), user);
}
function pathUser(call, instance) {
  const said = unquoted(call.param(1));
  const at = said.lastIndexOf("@");
  const user = instance.users.get(at > 0 && at < said.length - 1 ? said : `${said.replace(/@$/, "")}@%`);
  if (user === void 0) throw fault(404, `User ${said} cannot be found on the instance.`);
  return user;
}
function unquoted(text2) {
  return text2.replace(/(?:%[0-9a-f]{2})+/gi, (run2) => new TextDecoder().decode(Uint8Array.fromHex(run2.replaceAll("%", ""))));
}
var databasesOf = (user) => [
  ...user.databases
].map((name) => ({
  name
}));
var view = (user) => ({
  name: user.name,
  host: user.host,
  databases: databasesOf(user)
});
var MARKER = {
  write: (key) => encodeURIComponent(key),
  read: (marker) => marker
};
var listUsers = (call) => {
  const sorted = [
    ...call.guest().users.values()
  ].sort((a, b) => keyOf2(a) < keyOf2(b) ? -1 : 1);
  const { items, links } = keyPage(call, sorted, keyOf2, MARKER);
  return {
    status: 200,
    json: {
      users: items.map(view),
      ...links
    }
  };
};
var createUsers = (call) => {
  const said = call.list("users", USER);
  addUsers(call.guest(), said);
  call.action = "create-users";
  return ACCEPTED2;
};
var changePasswords = (call) => {
  const said = call.list("users", USER);
  const instance = call.guest();
  const found = said.map((one2) => {
    const user = instance.users.get(`${one2.name}@${one2.host ?? "%"}`);
    if (user === void 0) throw fault(404, `User ${one2.name} cannot be found on the instance.`);
    return {
      user,
      password: String(one2.password)
    };
  });
  for (const { user, password } of found) user.password = password;
  call.action = "change-passwords";
  return ACCEPTED2;
};
var getUser2 = (call) => ({
  status: 200,
  json: {
    user: view(pathUser(call, call.guest()))
  }
});
var updateUser2 = (call) => {
  const said = call.inner("user", CHANGE);
  const instance = call.guest();
  const user = pathUser(call, instance);
  const renamed = {
    name: String(said.name ?? user.name),
    host: String(said.host ?? user.host)
  };
  if (keyOf2(renamed) !== keyOf2(user) && instance.users.has(keyOf2(renamed))) {
    throw fault(400, `A user with the name "${renamed.name}" already exists.`);
  }
  instance.users.delete(keyOf2(user));
  Object.assign(user, renamed, said.password === void 0 ? {} : {
    password: String(said.password)
  });
  instance.users.set(keyOf2(user), user);
  call.action = "update-user";
  return ACCEPTED2;
};
var deleteUser2 = (call) => {
  const instance = call.guest();
  instance.users.delete(keyOf2(pathUser(call, instance)));
  call.action = "delete-user";
  return ACCEPTED2;
};
var listAccess = (call) => ({
  status: 200,
  json: {
    databases: databasesOf(pathUser(call, call.guest()))
  }
});
var grantAccess = (call) => {
  const said = call.list("databases", {
    type: "object",
    required: [
      "name"
    ]
  });
  const user = pathUser(call, call.guest());
  for (const { name } of said) user.databases.add(String(name));
  call.action = "grant";
  return ACCEPTED2;
};
var revokeAccess = (call) => {
  const user = pathUser(call, call.guest());
  const name = call.param(2);
  if (!user.databases.delete(name)) throw fault(404, `Database ${name} cannot be found on the instance.`);
  call.action = "revoke";
  return ACCEPTED2;
};

// openstack/trove/instance_create.ts
var UUID6 = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
var NAME2 = {
  type: "string",
  minLength: 1,
  maxLength: 255,
  pattern: "^.*[0-9a-zA-Z]+.*$"
};
var SIZE = {
  anyOf: [
    {
      type: "integer",
      minimum: 1
    },
    {
      type: "string",
      pattern: "^0*[1-9]+[0-9]*$"
    }
  ]
};
var FLAVOR_REF = {
  anyOf: [
    {
      type: "string"
    },
    {
      type: "integer"
    }
  ]
};
var ACCESS = {
  type: "object",
  properties: {
    is_public: {
      type: "boolean"
    },
    allowed_cidrs: {
      type: "array",
      items: {
        type: "string",
        pattern: "^([0-9]{1,3}\\.){3}[0-9]{1,3}(\\/([0-9]|[1-2][0-9]|3[0-2])){1}$"
      }
    }
  }
};
var NIC = {
  type: "object",
  additionalProperties: false,
  properties: {
    "net-id": {
      type: "string",
      pattern: UUID6
    },
    network_id: {
      type: "string",
      pattern: UUID6
    },
    subnet_id: {
      type: "string",
      pattern: UUID6
    },
    ip_address: {
      type: "string",
      pattern: "^([0-9]{1,3}\\.){3}[0-9]{1,3}$"
    }
  }
};
var NULLABLE = {
  anyOf: [
    {
      type: "string"
    },
    {
      type: "null"
    }
  ]
};
var CREATE = {
  required: [
    "name"
  ],
  properties: {
    name: NAME2,
    flavorRef: FLAVOR_REF,
    volume: {
      type: "object",
      required: [
        "size"
      ],
      properties: {
        size: SIZE,
        type: NULLABLE
      }
    },
    databases: {
      type: "array",
      items: DATABASE
    },
    users: {
      type: "array",
      items: USER
    },
    datastore: {
      type: "object",
      properties: {
        type: {
          type: "string"
        },
        version: {
          type: "string"
        },
        version_number: {
          type: "string"
        }
      }
    },
    nics: {
      type: "array",
      maxItems: 1,
      items: NIC
    },
    availability_zone: {
      type: "string",
      minLength: 1
    },
    configuration: {
      type: "string",
      minLength: 1
    },
    restorePoint: {
      type: "object",
      required: [
        "backupRef"
      ],
      properties: {
        backupRef: {
          type: "string",
          pattern: UUID6
        }
      }
    },
    replica_of: {
      type: "string",
      minLength: 1
    },
    replica_count: {
      anyOf: [
        {
          type: "integer",
          minimum: 1,
          maximum: 3
        },
        {
          type: "string",
          pattern: "^[1-3]$"
        }
      ]
    },
    locality: {
      enum: [
        "affinity",
        "anti-affinity"
      ]
    },
    region_name: {
      type: "string",
      minLength: 1
    },
    modules: {
      type: "array",
      items: {
        type: "object",
        required: [
          "id"
        ]
      }
    },
    access: ACCESS
  }
};
function blankInstance(region, facts, now) {
  const order = region.order();
  const host = (n) => `${n >> 8 & 255}.${n & 255}`;
  return {
    id: facts.id ?? region.uuid(),
    name: facts.name,
    project: facts.project,
    region: region.name,
    order,
    task: "NONE",
    server: "ACTIVE",
    service: "HEALTHY",
    lag: void 0,
    forced: void 0,
    runningBackups: 0,
    flavor: facts.flavor,
    volume: facts.volume,
    version: facts.version,
    databases: /* @__PURE__ */ new Set(),
    users: /* @__PURE__ */ new Map(),
    root: void 0,
    access: {
      isPublic: false,
      cidrs: void 0
    },
    ip: `10.20.${host(order + 11)}`,
    publicIp: `198.51.${host(order + 11)}`,
    replicaOf: void 0,
    configuration: void 0,
    fault: void 0,
    created: now,
    updated: now,
    serviceUpdated: now,
    logs: freshLogs(),
    modules: /* @__PURE__ */ new Map(),
    clusterId: void 0,
    clusterRole: void 0,
    locality: void 0,
    doomed: void 0,
    stuck: false
  };
}
var createInstance = (call) => {
  call.action = "create";
  const { body } = call.facts;
  if (!isObject(body) || body.instance === void 0) throw call.crash();
  const said = call.inner("instance", CREATE);
  const made = said.replica_of === void 0 ? [
    single(call, said)
  ] : replicas(call, said, said.replica_of);
  for (const instance of made) {
    call.region.add(instance);
    call.touched.push(instance);
    build(call.region, instance, call.now);
  }
  return {
    status: 200,
    json: {
      instance: oneInstance(call, made[0])
    }
  };
};
function volumeOf2(call, said) {
  if (!isObject(said)) throw fault(400, "Volume size was not specified.");
  const size = Number(said.size);
  mustFit(call, size);
  return {
    size,
    type: typeof said.type === "string" ? said.type : void 0
  };
}
function mustFit(call, size) {
  const max = call.region.facts.maxVolumeSize;
  if (size <= max) return;
  throw fault(413, `Volume 'size' cannot exceed maximum of ${max} GB, ${size} cannot be accepted.`);
}
function single(call, said) {
  const version = askedVersion(call, isObject(said.datastore) ? said.datastore : void 0);
  if (said.flavorRef === void 0) throw fault(400, "Required argument(s) flavorRef was not specified.");
  const flavor = flavorOf(said.flavorRef);
  const volume = volumeOf2(call, said.volume);
  const backup = isObject(said.restorePoint) ? restorable(call, said.restorePoint.backupRef, version) : void 0;
  const configuration2 = said.configuration === void 0 ? void 0 : configurationOf(call, said.configuration);
  if (configuration2 !== void 0 && configuration2.version !== version) {
    throw fault(400, "Datastore version of the configuration group is another than that of the instance.");
  }
  reserve(call.region, call.project, {
    instances: 1,
    volumes: volume.size,
    ram: flavor.ram
  });
  const facts = {
    name: String(said.name),
    project: call.project,
    flavor,
    volume,
    version
  };
  const instance = blankInstance(call.region, facts, call.now);
  instance.configuration = configuration2;
  if (typeof said.locality === "string") instance.locality = said.locality;
  if (isObject(said.access)) {
    instance.access.isPublic = said.access.is_public === true;
    if (Array.isArray(said.access.allowed_cidrs)) {
      instance.access.cidrs = said.access.allowed_cidrs.map(String);
    }
  }
  if (backup !== void 0) {
    for (const name of backup.databases) instance.databases.add(name);
  }
  addDatabases(instance, said.databases ?? []);
  addUsers(instance, said.users ?? []);
  return instance;
}
function restorable(call, id, version) {
  const backup = call.region.backups.find((one2) => one2.id === id && (one2.project === call.project || call.admin));
  if (backup === void 0) throw call.notFound(String(id));
  if (backup.status !== "COMPLETED") throw fault(400, `Backup ${backup.id} is not completed.`);
  if (backup.version.datastore !== version.datastore) {
    throw fault(400, `Datastore of the backup is ${backup.version.datastore.name}, not ${version.datastore.name}.`);
  }
  return backup;
}
function replicas(call, said, sourceRef) {
  for (const name of [
    "flavorRef",
    "datastore",
    "volume",
    "locality",
    "databases",
    "users"
  ]) {
    if (said[name] !== void 0) {
      throw fault(400, `Cannot specify ${name} when creating a replica instance.`);
    }
  }
  const source = call.region.instances.get(String(sourceRef).split("/").at(-1));
  if (source === void 0 || source.project !== call.project) throw call.notFound(String(sourceRef));
  if (source.replicaOf !== void 0) {
    throw fault(403, `Cannot create a replica of a replica: ${source.id}.`);
  }
  const status = statusOf2(source);
  if (status !== "ACTIVE") {
    throw fault(422, `Instance ${source.id} is not currently available for an action to be performed (instance status was ${status}).`);
  }
  const count = Number(said.replica_count ?? 1);
  const { flavor, volume, version } = source;
  reserve(call.region, call.project, {
    instances: count,
    volumes: count * volume.size,
    ram: count * flavor.ram
  });
  return Array.from({
    length: count
  }, (_, n) => {
    const name = count === 1 ? String(said.name) : `${said.name}-${n + 1}`;
    const facts = {
      name,
      project: call.project,
      flavor,
      volume: {
        ...volume
      },
      version
    };
    const replica = blankInstance(call.region, facts, call.now);
    replica.replicaOf = source;
    for (const database2 of source.databases) replica.databases.add(database2);
    for (const [key, user] of source.users) {
      replica.users.set(key, {
        ...user,
        databases: new Set(user.databases)
      });
    }
    return replica;
  });
}

// openstack/control.ts
var OpenStackControl = class {
  clock;
  /** Who there is, the tokens and the catalogue. */
  keystone;
  faults;
  /** Counters of all requests, by route (`GET /instances`, `identity POST /v3/auth/tokens`) and by status. */
  requests = new RequestLog();
  #regions;
  constructor(clock, keystone, regions, faults) {
    this.clock = clock;
    this.keystone = keystone;
    this.faults = faults;
    this.#regions = new Map(regions.map((region) => [
      region.name,
      region
    ]));
  }
  /** The last requests, oldest first. */
  get log() {
    return this.requests.entries;
  }
  /** Everything a region keeps. For what has no method here. Default: the first region. */
  region(name) {
    const region = name === void 0 ? [
      ...this.#regions.values()
    ][0] : this.#regions.get(name);
    if (region === void 0) {
      throw new RangeError(`Cannot find the region as there is none of that name: ${name}`);
    }
    return region;
  }
  /** The id of a project. */
  projectId(name) {
    return this.#project(name).id;
  }
  /** Id and secret of the application credential `toolkit` of the user `demo`. */
  get applicationCredential() {
    const [first] = this.keystone.identity.credentials;
    if (first === void 0) {
      throw new RangeError("Cannot find an application credential as there is no user");
    }
    return {
      id: first.id,
      name: first.name,
      secret: first.secret
    };
  }
  /** Every write that was carried out, in every region, in order. */
  get writes() {
    return [
      ...this.#regions.values()
    ].flatMap((one2) => one2.executions).sort((a, b) => a.at - b.at);
  }
  /** The writes carried out on one instance, also on one that is gone. */
  executions(id) {
    return this.writes.filter(({ instanceId }) => instanceId === id).map(({ action, at }) => ({
      action,
      at
    }));
  }
  /** The truth about all instances there are. */
  instances() {
    this.#settle();
    return [
      ...this.#regions.values()
    ].flatMap((region) => region.byId().map(truth));
  }
  /** The truth about one instance, by id or name; undefined where there is none, and for one that is gone. */
  instance(idOrName) {
    return this.instances().find((one2) => one2.id === idOrName || one2.name === idOrName);
  }
  /** Adds an instance as if it had always been there; its id. */
  add(seed) {
    this.#settle();
    const region = this.region(seed.region);
    const datastore = region.datastores.find((one2) => one2.name === (seed.datastore ?? "mysql"));
    const version = seed.version === void 0 ? datastore?.defaultVersion : datastore?.versions.find((one2) => one2.name === seed.version);
    const flavor = FLAVORS.find((one2) => one2.id === (seed.flavor ?? "1"));
    if (version === void 0 || flavor === void 0) {
      throw new RangeError(`Cannot add the instance as its datastore, version or flavor is unknown: ${seed.name}`);
    }
    const facts = {
      name: seed.name,
      project: this.#project(seed.project ?? "demo"),
      flavor,
      version,
      volume: {
        size: seed.volume ?? 1
      },
      ...seed.id === void 0 ? {} : {
        id: seed.id
      }
    };
    const now = this.clock.now();
    const instance = blankInstance(region, facts, now - 36e5 + region.instances.size * 1e3);
    instance.access.isPublic = seed.public ?? false;
    for (const name of seed.databases ?? []) instance.databases.add(name);
    addUsers(instance, (seed.users ?? []).map((name) => ({
      name,
      password: `secret-of-${name}`
    })));
    if (seed.replicaOf !== void 0) {
      instance.replicaOf = region.byId().find((one2) => one2.name === seed.replicaOf || one2.id === seed.replicaOf);
      if (instance.replicaOf === void 0) {
        throw new RangeError(`Cannot add the replica as its source is not there: ${seed.replicaOf}`);
      }
    }
    region.add(instance);
    if (seed.status !== void 0 || seed.operatingStatus !== void 0) {
      force(region, instance, seed.status ?? "ACTIVE", seed.operatingStatus);
    }
    if (seed.fault !== void 0) region.setFault(instance, seed.fault, instance.created);
    return instance.id;
  }
  /** Removes an instance: from now on 404. */
  remove(id) {
    const { instance, region } = this.#find(id);
    region.bury(instance, this.clock.now());
  }
  /**
   * Puts an instance into a status now, calling off whatever is under way. It stays there until something is done
   * to it: a busy status never ends by itself.
   */
  setState(id, status, operatingStatus) {
    const { instance, region } = this.#find(id);
    force(region, instance, status, operatingStatus);
  }
  /** The transition under way, or else the next, ends in ERROR with the reason as its fault. */
  fail(id, reason = "The simulator was told to fail this.") {
    const { instance } = this.#find(id);
    instance.doomed = reason;
  }
  /** Breaks an instance now: ERROR, with the reason as its fault. */
  break(id, reason = "The simulator was told to break this.") {
    const { instance, region } = this.#find(id);
    breakDown(region, instance, reason, this.clock.now());
  }
  /** The transition under way, or else the next, never ends, until {@linkcode OpenStackControl.release}. */
  hang(id) {
    this.#find(id).instance.stuck = true;
  }
  /** Undoes {@linkcode OpenStackControl.hang}; a transition that should have ended ends now. */
  release(id) {
    const { instance, region } = this.#find(id);
    letGo(region, instance, this.clock.now());
  }
  /** Revokes every token, or those of a user; how many. */
  revokeTokens(user) {
    return this.keystone.tokens.endAll(this.clock.now(), "revoke", user);
  }
  /** Lets every token, or those of a user, expire now; how many. */
  expireTokens(user) {
    return this.keystone.tokens.endAll(this.clock.now(), "expire", user);
  }
  /** Lets time pass, in milliseconds. Only where the clock is virtual. */
  advance(ms) {
    if (!(this.clock instanceof VirtualClock)) {
      throw new TypeError("Cannot let time pass as the simulator's clock is not a VirtualClock");
    }
    this.clock.advance(ms);
    this.#settle();
  }
  #settle() {
    const now = this.clock.now();
    for (const region of this.#regions.values()) region.timeline.settle(now);
  }
  #project(name) {
    const project = this.keystone.identity.projects.find((one2) => one2.name === name);
    if (project === void 0) {
      throw new RangeError(`Cannot find the project as there is none of that name: ${name}`);
    }
    return project;
  }
  #find(id) {
    this.#settle();
    for (const region of this.#regions.values()) {
      const instance = region.instances.get(id);
      if (instance !== void 0) return {
        instance,
        region
      };
    }
    throw new RangeError(`Cannot find the instance as there is none of that id: ${id}`);
  }
};
function truth(instance) {
  const { version } = instance;
  return {
    id: instance.id,
    name: instance.name,
    region: instance.region,
    project: instance.project.name,
    status: statusOf2(instance),
    operatingStatus: operatingStatusOf(instance),
    flavor: instance.flavor.id,
    volume: instance.volume.size,
    version: `${version.datastore.name} ${version.name}`,
    databases: [
      ...instance.databases
    ],
    users: [
      ...instance.users.keys()
    ],
    replicaOf: instance.replicaOf?.id,
    configuration: instance.configuration?.id,
    public: instance.access.isPublic,
    rootEnabled: instance.root !== void 0
  };
}

// openstack/options.ts
var DEFAULT_USERS = [
  {
    name: "admin",
    password: "admin-of-sim",
    project: "admin",
    roles: [
      "admin",
      "member",
      "reader"
    ]
  },
  {
    name: "demo",
    password: "demo-of-sim",
    project: "demo",
    apiKey: "demo-key-of-sim"
  },
  {
    name: "alt",
    password: "alt-of-sim",
    project: "alt"
  },
  {
    name: "jsmith",
    password: "abcdef",
    project: "demo",
    apiKey: "abcdef"
  }
];
var TRANSITIONS2 = {
  build: 9e4,
  restart: 2e4,
  resize: 6e4,
  delete: 15e3,
  backup: 45e3,
  promote: 4e4,
  eject: 4e4,
  detach: 15e3,
  upgrade: 6e4,
  access: 5e3,
  lag: 2e3,
  cluster: 12e4
};

// killer.ts
function startKiller(upstream, port = 0) {
  const listener = Deno.listen({
    hostname: "127.0.0.1",
    port
  });
  const pairs = /* @__PURE__ */ new Map();
  const under = /* @__PURE__ */ new Set();
  const pass = async (client) => {
    let server;
    try {
      server = await Deno.connect({
        hostname: "127.0.0.1",
        port: upstream
      });
    } catch {
      return client.close();
    }
    client.setNoDelay();
    server.setNoDelay();
    const key = server.localAddr.port;
    pairs.set(key, {
      client,
      server
    });
    await Promise.allSettled([
      pump(client, server),
      pump(server, client)
    ]);
    pairs.delete(key);
    close(client);
    close(server);
  };
  const accepting = (async () => {
    for await (const client of listener) {
      const passing = pass(client).finally(() => under.delete(passing));
      under.add(passing);
    }
  })();
  const kill = (key) => {
    const pair = pairs.get(key);
    if (pair === void 0) return false;
    close(pair.client);
    close(pair.server);
    return true;
  };
  return {
    port: listener.addr.port,
    kill,
    async close() {
      listener.close();
      for (const key of [
        ...pairs.keys()
      ]) kill(key);
      await accepting;
      await Promise.all(under);
    }
  };
}
async function pump(from, to) {
  const buffer = new Uint8Array(32 * 1024);
  try {
    for (let read2 = await from.read(buffer); read2 !== null; read2 = await from.read(buffer)) {
      for (let sent = 0; sent < read2; ) sent += await to.write(buffer.subarray(sent, read2));
    }
    await to.closeWrite();
  } catch {
    close(from);
    close(to);
  }
}
function close(connection) {
  try {
    connection.close();
  } catch {
  }
}

// openstack/keystone/catalog.ts
var INTERFACES = [
  "public",
  "internal",
  "admin"
];
var Catalog = class {
  services;
  constructor(addresses2, databaseType, id) {
    const regions = Object.keys(addresses2.database);
    const identity2 = {
      id: id(),
      type: "identity",
      name: "keystone",
      endpoints: []
    };
    const database2 = {
      id: id(),
      type: databaseType,
      name: "trove",
      endpoints: []
    };
    for (const region of regions) {
      for (const which of INTERFACES) {
        const url = `${addresses2.identity}/v3`;
        identity2.endpoints.push({
          id: id(),
          region,
          interface: which,
          url,
          needsProject: false
        });
        const base2 = addresses2.database[region][which];
        database2.endpoints.push({
          id: id(),
          region,
          interface: which,
          url: `${base2}/v1.0`,
          needsProject: true
        });
      }
    }
    this.services = [
      identity2,
      database2
    ];
  }
  /** As v3 gives it. Endpoints whose URL needs a project are left out of scopes without one. */
  json(scope) {
    return this.services.map(({ id, type, name, endpoints }) => ({
      endpoints: endpoints.filter((one2) => !one2.needsProject || scope.kind === "project").map((one2) => ({
        id: one2.id,
        interface: one2.interface,
        region_id: one2.region,
        url: scope.kind === "project" && one2.needsProject ? `${one2.url}/${scope.project.id}` : one2.url,
        region: one2.region
      })),
      id,
      type,
      name
    }));
  }
  /** As v2.0 gave it: one endpoint a region, its interfaces as fields. */
  legacyJson(projectId) {
    return this.services.map(({ type, name, endpoints }) => ({
      type,
      name,
      endpoints_links: [],
      endpoints: [
        ...new Set(endpoints.map((one2) => one2.region))
      ].map((region) => {
        const urls = Object.fromEntries(endpoints.filter((one2) => one2.region === region).map((one2) => [
          `${one2.interface}URL`,
          one2.needsProject ? `${one2.url}/${projectId}` : one2.url
        ]));
        return {
          region,
          tenantId: projectId,
          ...urls
        };
      })
    }));
  }
};

// openstack/addresses.ts
function inventedAddresses(regions) {
  const host = (region, which) => {
    const place = region === 0 ? "" : `-${region + 1}`;
    return `https://trove${place}${which === "public" ? "" : `-${which}`}.sim.invalid:8779`;
  };
  return fill("https://keystone.sim.invalid:5000", regions, host);
}
function addressesAt(origin2, regions) {
  return fill(`${origin2}/identity`, regions, (region) => region === 0 ? origin2 : `${origin2}/${regions[region].toLowerCase()}`);
}
function fill(identity2, regions, url) {
  const database2 = Object.fromEntries(regions.map((name, i) => [
    name,
    Object.fromEntries(INTERFACES.map((which) => [
      which,
      url(i, which)
    ]))
  ]));
  return {
    identity: identity2,
    database: database2
  };
}
function destinationOf(url, addresses2) {
  const full = `${url.protocol}//${url.host}${url.pathname}`;
  const below = (base2) => full === base2 || full.startsWith(`${base2}/`);
  if (below(addresses2.identity)) return identity(full.slice(addresses2.identity.length));
  const regions = Object.entries(addresses2.database);
  const bases = regions.flatMap(([region, urls]) => Object.values(urls).map((base2) => ({
    region,
    base: base2
  }))).sort((a, b) => b.base.length - a.base.length);
  const found = bases.find(({ base: base2 }) => below(base2));
  if (found !== void 0) return database(found.region, full.slice(found.base.length));
  const { pathname } = url;
  if (/^\/identity(\/|$)/.test(pathname)) return identity(pathname.slice("/identity".length));
  if (url.port === "5000" || /^\/v(3|2\.0)(\/|$)/.test(pathname)) return identity(pathname);
  const named2 = regions.find(([name]) => pathname.startsWith(`/${name.toLowerCase()}/`))?.[0];
  if (named2 !== void 0) return database(named2, pathname.slice(named2.length + 1));
  return database(regions[0][0], pathname);
}
var identity = (path11) => ({
  service: "identity",
  path: path11 || "/"
});
var database = (region, path11) => ({
  service: "database",
  region,
  path: path11 || "/"
});

// openstack/keystone/identity.ts
var DEFAULT_DOMAIN = {
  id: "default",
  name: "Default"
};
var Identity = class {
  projects = [];
  users = [];
  credentials = [];
  roles;
  constructor(seeds, random) {
    this.roles = [
      "admin",
      "member",
      "reader"
    ].map((name) => ({
      id: random.hex(32),
      name
    }));
    for (const seed of seeds) this.#add(seed, random);
    const demo = this.users.find((user2) => user2.name === "demo") ?? this.users[0];
    if (demo === void 0) return;
    const [project, user] = [
      demo.defaultProject,
      demo
    ];
    this.credentials.push({
      id: random.hex(32),
      name: "toolkit",
      secret: random.hex(40),
      user,
      project
    });
  }
  #add(seed, random) {
    let project = this.projects.find((one2) => one2.name === seed.project);
    if (project === void 0) {
      project = {
        id: random.hex(32),
        name: seed.project,
        enabled: true
      };
      this.projects.push(project);
    }
    const names2 = seed.roles ?? [
      "member",
      "reader"
    ];
    this.users.push({
      id: random.hex(32),
      name: seed.name,
      password: seed.password,
      enabled: seed.enabled ?? true,
      defaultProject: project,
      roles: names2.map((name) => this.roles.find((role) => role.name === name) ?? {
        id: random.hex(32),
        name
      }),
      apiKey: seed.apiKey
    });
  }
  /** The roles the user has in the project; empty when none. */
  rolesIn(user, project) {
    return user.defaultProject === project || isAdmin(user) ? user.roles : [];
  }
};
function isAdmin(user) {
  return user.roles.some((role) => role.name === "admin");
}

// openstack/keystone/authenticate.ts
function unauthorized(message = "The request you have made requires authentication.") {
  return identityFault(401, message);
}
function required(of, name) {
  const value = of[name];
  if (value === void 0) throw identityFault(400, `'${name}' is a required property`);
  if (!isObject(value)) throw identityFault(400, `${JSON.stringify(value)} is not of type 'object'`);
  return value;
}
function isDefaultDomain(domain) {
  return isObject(domain) && (domain.id === DEFAULT_DOMAIN.id || domain.name === DEFAULT_DOMAIN.name);
}
function findUser(identity2, said) {
  const byId = typeof said.id === "string";
  if (!byId && said.name !== void 0 && said.domain === void 0) {
    throw identityFault(400, "Expecting to find domain in user. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.");
  }
  const user = identity2.users.find((one2) => byId ? one2.id === said.id : one2.name === said.name && isDefaultDomain(said.domain));
  if (user === void 0 || !user.enabled) throw unauthorized();
  return user;
}
function findProject(identity2, said) {
  const project = identity2.projects.find((one2) => typeof said.id === "string" ? one2.id === said.id : one2.name === said.name && isDefaultDomain(said.domain));
  if (project === void 0 || !project.enabled) throw unauthorized();
  return project;
}
function resolveScope(identity2, user, said) {
  if (said === "unscoped") return {
    scope: {
      kind: "unscoped"
    },
    roles: []
  };
  let scope;
  if (said === void 0) scope = {
    kind: "project",
    project: user.defaultProject
  };
  else if (!isObject(said)) {
    throw identityFault(400, `${JSON.stringify(said)} is not of type 'object', 'string'`);
  } else if (isObject(said.project)) {
    scope = {
      kind: "project",
      project: findProject(identity2, said.project)
    };
  } else if (isObject(said.domain)) {
    if (!isDefaultDomain(said.domain)) throw unauthorized();
    scope = {
      kind: "domain",
      domain: DEFAULT_DOMAIN
    };
  } else if (isObject(said.system)) scope = {
    kind: "system"
  };
  else throw unauthorized();
  const roles = scope.kind === "project" ? identity2.rolesIn(user, scope.project) : user.roles.filter((role) => isAdmin(user) && role.name === "admin");
  if (roles.length === 0) throw unauthorized();
  return {
    scope,
    roles
  };
}
function authenticate2(identity2, tokens, body, now) {
  if (!isObject(body)) throw identityFault(400, `${JSON.stringify(body)} is not of type 'object'`);
  const auth = required(body, "auth");
  const said = required(auth, "identity");
  const methods = Array.isArray(said.methods) ? said.methods : [];
  const method = methods[0];
  if (typeof method !== "string") throw identityFault(400, "'methods' is a required property");
  if (methods.length > 1 || ![
    "password",
    "token",
    "application_credential"
  ].includes(method)) {
    throw unauthorized(`Attempted to authenticate with an unsupported method.`);
  }
  const proof = required(said, method);
  if (method === "application_credential") {
    const found = findCredential(identity2, proof);
    if (auth.scope !== void 0) {
      const message = "Error authenticating with application credential: Application credentials cannot request a scope.";
      const error = {
        code: 401,
        identity: {},
        message,
        title: "Unauthorized"
      };
      throw new Refusal(message, {
        status: 401,
        json: {
          error
        }
      });
    }
    const { user: user2, project } = found;
    const scope2 = {
      kind: "project",
      project
    };
    const roles2 = identity2.rolesIn(user2, project).toReversed();
    return tokens.issue(now, {
      user: user2,
      scope: scope2,
      roles: roles2,
      methods: [
        method
      ],
      credential: found
    });
  }
  if (method === "token") {
    const parent = tokens.valid(typeof proof.id === "string" ? proof.id : null, now);
    if (parent === void 0) throw unauthorized();
    const { scope: scope2, roles: roles2 } = resolveScope(identity2, parent.user, auth.scope);
    const all = [
      .../* @__PURE__ */ new Set([
        ...parent.methods,
        method
      ])
    ];
    return tokens.issue(now, {
      user: parent.user,
      scope: scope2,
      roles: roles2,
      methods: all,
      credential: void 0
    }, parent);
  }
  const claim = required(proof, "user");
  const user = findUser(identity2, claim);
  if (claim.password !== user.password) throw unauthorized();
  const { scope, roles } = resolveScope(identity2, user, auth.scope);
  return tokens.issue(now, {
    user,
    scope,
    roles,
    methods: [
      method
    ],
    credential: void 0
  });
}
function findCredential(identity2, said) {
  const owner = isObject(said.user) ? findUser(identity2, said.user) : void 0;
  const found = identity2.credentials.find((one2) => typeof said.id === "string" ? one2.id === said.id : one2.name === said.name && one2.user === owner);
  if (found === void 0 || found.secret !== said.secret || !found.user.enabled) throw unauthorized();
  return found;
}

// openstack/keystone/legacy.ts
function legacyLogin(keystone, body, now) {
  const auth = isObject(body) ? body.auth : void 0;
  if (!isObject(auth)) throw identityFault(400, "Expecting to find auth in request body");
  const { identity: identity2, tokens } = keystone;
  let user;
  let parent;
  const password = auth.passwordCredentials;
  const key = auth["RAX-KSKEY:apiKeyCredentials"];
  let tenantName = auth.tenantName;
  if (isObject(password)) {
    user = identity2.users.find((one2) => one2.name === password.username && one2.password === password.password);
  } else if (isObject(key) && keystone.rackspace) {
    user = identity2.users.find((one2) => one2.name === key.username && one2.apiKey === key.apiKey);
    tenantName ??= key.tenantName;
  } else if (isObject(auth.token)) {
    parent = tokens.valid(typeof auth.token.id === "string" ? auth.token.id : null, now);
    user = parent?.user;
  }
  if (user === void 0 || !user.enabled) throw unauthorized();
  const wanted2 = tenantName ?? auth.tenantId;
  const project = wanted2 === void 0 ? user.defaultProject : identity2.projects.find((one2) => one2.name === tenantName || one2.id === auth.tenantId);
  const roles = project === void 0 ? [] : identity2.rolesIn(user, project);
  if (project === void 0 || roles.length === 0) throw unauthorized();
  const facts = {
    user,
    roles,
    methods: [
      "password"
    ],
    credential: void 0
  };
  const token = tokens.issue(now, {
    ...facts,
    scope: {
      kind: "project",
      project
    }
  }, parent);
  return {
    status: 200,
    json: accessView(token, project, keystone.catalog)
  };
}
function accessView(token, project, catalog) {
  const { user } = token;
  return {
    access: {
      token: {
        id: token.value,
        issued_at: `${seconds(token.issued)}.000000`,
        expires: `${seconds(token.expires)}Z`,
        tenant: {
          id: project.id,
          name: project.name,
          enabled: true,
          description: null
        }
      },
      serviceCatalog: catalog.legacyJson(project.id),
      user: {
        id: user.id,
        name: user.name,
        username: user.name,
        roles_links: [],
        roles: token.roles.map(({ name }) => ({
          name
        }))
      },
      metadata: {
        is_admin: 0,
        roles: token.roles.map(({ id }) => id)
      }
    }
  };
}

// openstack/keystone/token_view.ts
var brief = ({ id, name }) => ({
  id,
  name
});
function tokenView(token, catalog, withCatalog) {
  const view9 = {
    methods: token.methods,
    user: {
      domain: brief(DEFAULT_DOMAIN),
      id: token.user.id,
      name: token.user.name,
      password_expires_at: null
    },
    audit_ids: token.auditIds,
    expires_at: microseconds(token.expires),
    issued_at: microseconds(token.issued)
  };
  const { scope } = token;
  if (scope.kind === "project") {
    view9.project = {
      domain: brief(DEFAULT_DOMAIN),
      ...brief(scope.project)
    };
    view9.is_domain = false;
  } else if (scope.kind === "domain") view9.domain = brief(scope.domain);
  else if (scope.kind === "system") view9.system = {
    all: true
  };
  if (scope.kind !== "unscoped") {
    view9.roles = token.roles.map(brief);
    if (withCatalog) view9.catalog = catalog.json(scope);
  }
  if (token.credential !== void 0) {
    view9.application_credential = {
      ...brief(token.credential),
      restricted: true
    };
  }
  return {
    token: view9
  };
}

// openstack/keystone/keystone.ts
function serveKeystone(keystone, call) {
  try {
    return route(keystone, call);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { reply } = error;
    if (reply.status !== 401) return reply;
    return {
      ...reply,
      headers: {
        "www-authenticate": `Keystone uri="${keystone.base}/v3"`
      }
    };
  }
}
function route(keystone, call) {
  const { method } = call;
  const path11 = call.path.replace(/\/$/, "");
  if (path11 === "" && method === "GET") {
    const json = {
      versions: {
        values: versions(keystone)
      }
    };
    return {
      status: 300,
      json,
      headers: {
        location: `${keystone.base}/v3/`
      }
    };
  }
  if (path11 === "/v3" && method === "GET") return {
    status: 200,
    json: {
      version: versions(keystone)[0]
    }
  };
  if (path11.startsWith("/v2.0")) {
    if (keystone.legacy !== void 0 && path11 === "/v2.0/tokens" && method === "POST") {
      return legacyLogin({
        ...keystone,
        rackspace: keystone.legacy === "rackspace"
      }, bodyOf(call), call.now);
    }
    throw page2(404, "Not Found", "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.");
  }
  if (path11 === "/v3/auth/tokens") {
    if (method === "POST") {
      const token = authenticate2(keystone.identity, keystone.tokens, bodyOf(call), call.now);
      return {
        ...showToken(keystone, token, call),
        status: 201
      };
    }
    return aboutToken(keystone, call);
  }
  const caller = keystone.tokens.valid(call.headers.get("x-auth-token"), call.now);
  if (caller === void 0) throw unauthorized();
  if (method !== "GET") throw notFound2(keystone, path11);
  return lookUp(keystone, caller, path11, call.query);
}
function lookUp(keystone, caller, path11, query) {
  const { identity: identity2, base: base2 } = keystone;
  if (path11 === "/v3/auth/catalog") {
    return {
      status: 200,
      json: {
        catalog: keystone.catalog.json(caller.scope),
        links: {
          self: `${base2}${path11}`
        }
      }
    };
  }
  if (path11 === "/v3/auth/projects") {
    const mine = identity2.projects.filter((one3) => identity2.rolesIn(caller.user, one3).length > 0);
    return listing(base2, path11, "projects", mine.map((one3) => projectView(base2, one3)));
  }
  const named2 = (one3) => (query.get("name") ?? one3.name) === one3.name;
  const [, kind, id, more] = /^\/v3\/(projects|users|services|regions)(?:\/([^/]+))?(\/.+)?$/.exec(path11) ?? [];
  if (kind === void 0 || more !== void 0) throw notFound2(keystone, path11);
  const own = kind === "projects" && caller.scope.kind === "project" && caller.scope.project.id === id;
  if (!isAdmin(caller.user) && !own && kind !== "regions") {
    const action = id === void 0 ? `list_${kind}` : `get_${kind.slice(0, -1)}`;
    throw identityFault(403, `You are not authorized to perform the requested action: identity:${action}.`);
  }
  const all = kind === "projects" ? identity2.projects.filter(named2).map((one3) => projectView(base2, one3)) : kind === "users" ? identity2.users.filter(named2).map((one3) => userView(base2, one3)) : kind === "services" ? keystone.catalog.services.filter(named2).map(({ id: id2, name, type }) => ({
    id: id2,
    name,
    type,
    enabled: true
  })) : [
    ...new Set(keystone.catalog.services[0].endpoints.map((one3) => one3.region))
  ].map((region) => ({
    id: region,
    name: region,
    description: "",
    parent_region_id: null
  }));
  if (id === void 0) return listing(base2, path11, kind, all);
  const one2 = all.find((item) => item.id === decodeURIComponent(id));
  if (one2 === void 0) throw identityFault(404, `Could not find ${kind.slice(0, -1)}: ${id}.`);
  return {
    status: 200,
    json: {
      [kind.slice(0, -1)]: {
        ...one2
      }
    }
  };
}
function aboutToken(keystone, call) {
  const { tokens } = keystone;
  const caller = tokens.valid(call.headers.get("x-auth-token"), call.now);
  if (caller === void 0) throw unauthorized();
  const value = call.headers.get("x-subject-token");
  const subject = tokens.valid(value, call.now);
  if (subject === void 0) throw identityFault(404, "This is not a recognized Fernet token.");
  if (subject.user !== caller.user && !isAdmin(caller.user)) {
    throw identityFault(403, "You are not authorized to perform the requested action: identity:validate_token.");
  }
  if (call.method === "GET" || call.method === "HEAD") return showToken(keystone, subject, call);
  if (call.method !== "DELETE") throw notFound2(keystone, "/v3/auth/tokens");
  subject.revoked = true;
  return {
    status: 204
  };
}
function showToken(keystone, token, call) {
  return {
    status: 200,
    json: tokenView(token, keystone.catalog, !call.query.has("nocatalog")),
    headers: {
      "x-subject-token": token.value
    }
  };
}
function bodyOf(call) {
  try {
    return parseExact(call.text);
  } catch {
    throw identityFault(400, "Expecting to find valid JSON in request body. The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.");
  }
}
function notFound2(keystone, path11) {
  return identityFault(404, `(${keystone.base}${path11}): The resource could not be found.`);
}
function versions(keystone) {
  const version = (id, status, path11) => ({
    id,
    status,
    updated: "2020-04-07T00:00:00Z",
    links: [
      {
        rel: "self",
        href: `${keystone.base}/${path11}/`
      }
    ],
    "media-types": [
      {
        base: "application/json",
        type: `application/vnd.openstack.identity-${path11.replace(".0", "")}+json`
      }
    ]
  });
  const all = [
    version("v3.14", "stable", "v3")
  ];
  if (keystone.legacy !== void 0) all.push(version("v2.0", "deprecated", "v2.0"));
  return all;
}
function listing(base2, path11, key, items) {
  return {
    status: 200,
    json: {
      [key]: items,
      links: {
        next: null,
        self: `${base2}${path11}`,
        previous: null
      }
    }
  };
}
function projectView(base2, { id, name, enabled }) {
  return {
    id,
    name,
    domain_id: DEFAULT_DOMAIN.id,
    description: "",
    enabled,
    parent_id: DEFAULT_DOMAIN.id,
    is_domain: false,
    tags: [],
    options: {},
    links: {
      self: `${base2}/v3/projects/${id}`
    }
  };
}
function userView(base2, { id, name, enabled, defaultProject }) {
  return {
    id,
    name,
    domain_id: DEFAULT_DOMAIN.id,
    enabled,
    default_project_id: defaultProject.id,
    password_expires_at: null,
    options: {},
    links: {
      self: `${base2}/v3/users/${id}`
    }
  };
}

// openstack/keystone/tokens.ts
var Tokens = class {
  #byValue = /* @__PURE__ */ new Map();
  #random;
  #ttl;
  constructor(random, ttl) {
    this.#random = random;
    this.#ttl = ttl;
  }
  /** @param parent The token this one is got with: its expiry is inherited, so no session gets longer. */
  issue(now, facts, parent) {
    const token = {
      ...facts,
      // As long as a Fernet token, and like it not fit for a URL path.
      value: `gAAAAAB${btoa(this.#random.hex(132)).replaceAll("=", "")}`,
      auditIds: [
        this.#auditId(),
        ...parent?.auditIds.slice(-1) ?? []
      ],
      issued: now,
      expires: parent?.expires ?? now + this.#ttl,
      revoked: false
    };
    this.#byValue.set(token.value, token);
    return token;
  }
  /** The token while it is good; undefined when unknown, expired or revoked, which nobody can tell apart. */
  valid(value, now) {
    const token = value === null ? void 0 : this.#byValue.get(value);
    return token !== void 0 && !token.revoked && now < token.expires ? token : void 0;
  }
  /** Ends every token, or those of the user of that name. How many there were. */
  endAll(now, how, user) {
    let count = 0;
    for (const token of this.#byValue.values()) {
      if (token.revoked || token.expires <= now || user !== void 0 && token.user.name !== user) continue;
      if (how === "revoke") token.revoked = true;
      else token.expires = now;
      count++;
    }
    return count;
  }
  #auditId() {
    return btoa(this.#random.hex(16)).replaceAll("=", "");
  }
};

// openstack/network.ts
async function travel(request, signal, clock, faults, arrived, handle) {
  signal?.throwIfAborted();
  const { fault: fault2, delay } = faults.strike(request);
  if (delay > 0) await clock.sleep(delay / 2, signal);
  arrived();
  if (fault2?.do === "drop-before") throw new ConnectionFault(request.url);
  if (fault2?.do === "black-hole") return await untilAborted2(request.signal);
  let response = await clock.hold(() => handle(fault2?.do === "status" ? errorPage(fault2) : void 0));
  if (fault2?.do === "black-hole-after") return await untilAborted2(request.signal);
  if (fault2?.do === "drop-after") throw new ConnectionFault(request.url);
  if (fault2?.do === "status-after") response = errorPage(fault2);
  if (fault2?.do === "malform") response = await malformed(response, fault2.text);
  if (fault2?.do === "truncate") response = await truncated(response);
  if (delay > 0) await clock.sleep(delay / 2, signal);
  signal?.throwIfAborted();
  return response;
}
function errorPage(fault2) {
  const { status, body, headers } = fault2;
  const html = `<html><body><h1>${status}</h1>
No server is available to handle this request.
</body></html>
`;
  const [text2, type] = body === void 0 ? [
    html,
    "text/html"
  ] : [
    JSON.stringify(body),
    "application/json"
  ];
  return new Response(text2, {
    status,
    headers: {
      "content-type": type,
      ...headers
    }
  });
}
async function malformed(response, text2 = "<html><body><h1>502 Bad Gateway</h1></body></html>") {
  await response.body?.cancel();
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return new Response(text2, {
    status: response.status === 204 ? 200 : response.status,
    headers
  });
}
async function truncated(response) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length === 0) return new Response(null, response);
  let sent = false;
  const half = new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(new TypeError("error reading a body from connection"));
      sent = true;
      controller.enqueue(bytes.subarray(0, Math.floor(bytes.length / 2)));
    }
  });
  return new Response(half, {
    status: response.status,
    headers: response.headers
  });
}
function untilAborted2(signal) {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), {
      once: true
    });
  });
}

// openstack/trove/rate_limit.ts
var MINUTE = 60;
var Limiter = class {
  #buckets;
  constructor(perMinute, now) {
    const bucket = (verb, uri, regex) => ({
      verb,
      uri,
      regex,
      perMinute: perMinute[verb],
      level: 0,
      last: now,
      remaining: perMinute[verb],
      nextAvailable: now
    });
    this.#buckets = [
      ...[
        "POST",
        "PUT",
        "DELETE",
        "GET"
      ].map((verb) => bucket(verb, "*", ".*")),
      bucket("POST", "*/mgmt", "^/mgmt")
    ];
  }
  /**
   * Counts a request.
   *
   * @param path Below the project.
   * @throws {Refusal} 413 with `retryAfter` when it is one too many.
   */
  take(verb, path11, now) {
    let refusal2;
    for (const bucket of this.#buckets) {
      if (bucket.verb !== verb || !new RegExp(bucket.regex).test(path11)) continue;
      const cost = MINUTE / bucket.perMinute;
      const level = Math.max(0, bucket.level - (now - bucket.last) / 1e3);
      bucket.last = now;
      const over = level + cost - MINUTE;
      if (over > 1e-6) {
        bucket.level = level;
        bucket.nextAvailable = now + over * 1e3;
        if (refusal2 === void 0 || over > refusal2.wait) refusal2 = {
          bucket,
          wait: over
        };
        continue;
      }
      bucket.level = level + cost;
      bucket.remaining = Math.floor((1 - bucket.level / MINUTE) * bucket.perMinute + 1e-6);
      bucket.nextAvailable = now;
    }
    if (refusal2 !== void 0) throw overLimit(refusal2.bucket, refusal2.wait);
  }
  /** As `GET /limits` shows them. */
  view() {
    return this.#buckets.map((one2) => ({
      nextAvailable: `${new Date(one2.nextAvailable).toISOString().slice(0, 19)}Z`,
      remaining: one2.remaining,
      unit: "MINUTE",
      value: one2.perMinute,
      verb: one2.verb,
      uri: one2.uri,
      regex: one2.regex
    }));
  }
};
function overLimit({ perMinute, verb, uri }, wait) {
  const retryAfter = String(Math.ceil(wait));
  const message = "This request was rate-limited.";
  const details = `Only ${perMinute} ${verb} request(s) can be made to ${uri} every minute.`;
  const json = {
    overLimit: {
      code: 413,
      message,
      details,
      retryAfter
    }
  };
  return new Refusal(message, {
    status: 413,
    json,
    headers: {
      "retry-after": retryAfter
    }
  }, false);
}

// openstack/timeline.ts
var Timeline = class {
  #heap = new SleeperHeap();
  #of = /* @__PURE__ */ new Map();
  /** Has `change` happen at the instant `at` to the thing `key`. It is told that instant. */
  add(key, at, change3) {
    const pending = this.#of.get(key) ?? /* @__PURE__ */ new Set();
    this.#of.set(key, pending);
    const sleeper = this.#heap.add(at, () => {
      pending.delete(sleeper);
      if (pending.size === 0) this.#of.delete(key);
      change3(at);
    });
    pending.add(sleeper);
  }
  /** Takes back whatever was to happen to the thing. */
  cancel(key) {
    for (const sleeper of this.#of.get(key) ?? []) this.#heap.remove(sleeper);
    this.#of.delete(key);
  }
  /** Whether anything is still to happen to the thing. */
  has(key) {
    return this.#of.has(key);
  }
  /** Lets everything happen that is due, in order; also what those changes bring about in turn. */
  settle(now) {
    for (let at = this.#heap.earliest; at !== void 0 && at <= now; at = this.#heap.earliest) {
      for (const happen of this.#heap.take(at)) happen();
    }
  }
};

// openstack/trove/region.ts
var Region = class {
  facts;
  timeline = new Timeline();
  instances = /* @__PURE__ */ new Map();
  backups = [];
  strategies = [];
  configurations = [];
  modules = [];
  clusters = /* @__PURE__ */ new Map();
  datastores;
  /** Instances deleted, newest last: administrators can still see them. */
  graveyard = [];
  executions = [];
  /** How transitions that a test holds up will end, by instance. */
  held = /* @__PURE__ */ new Map();
  #quotas = /* @__PURE__ */ new Map();
  #sorted;
  #order = 0;
  constructor(facts) {
    this.facts = facts;
    this.datastores = datastores(facts.random, facts.clusters);
  }
  get name() {
    return this.facts.name;
  }
  uuid() {
    return this.facts.random.uuid();
  }
  /** The next number in order of creation. */
  order() {
    return this.#order++;
  }
  /** How long a transition takes this time: evenly spread around its length. */
  duration(transition) {
    const { random, durations: durations2, spread } = this.facts;
    return Math.round(durations2[transition] * random.between(1 - spread, 1 + spread));
  }
  quotaOf(project) {
    let quota2 = this.#quotas.get(project);
    if (quota2 === void 0) this.#quotas.set(project, quota2 = {
      ...this.facts.quota
    });
    return quota2;
  }
  add(instance) {
    this.instances.set(instance.id, instance);
    this.#sorted = void 0;
  }
  /** The instance goes, and nothing more happens to it. */
  bury(instance, at) {
    this.timeline.cancel(instance.id);
    this.held.delete(instance.id);
    if (!this.instances.delete(instance.id)) return;
    this.#sorted = void 0;
    this.graveyard.push({
      instance,
      at
    });
    for (const other2 of this.instances.values()) {
      if (other2.replicaOf === instance) other2.replicaOf = void 0;
    }
  }
  /** All instances by id: the order in which they are paged. */
  byId() {
    return this.#sorted ??= [
      ...this.instances.values()
    ].sort((a, b) => a.id < b.id ? -1 : 1);
  }
  instancesOf(project) {
    return this.byId().filter((one2) => one2.project === project);
  }
  replicasOf(instance) {
    return this.byId().filter((one2) => one2.replicaOf === instance);
  }
  /** Leaves the message as the instance's fault: it stays when the instance is well again. */
  setFault(instance, message, at, error = "TroveError") {
    const details = `Server type: api
Traceback (most recent call last):
  (the simulator has none)
trove.common.exception.${error}: ${message}
`;
    instance.fault = {
      message,
      created: seconds(at),
      details
    };
  }
  allVersions() {
    return this.datastores.flatMap((one2) => one2.versions);
  }
};

// openstack/trove/backup_strategies.ts
function view2({ project, instanceId, container }) {
  return {
    project_id: project,
    instance_id: instanceId,
    backend: "swift",
    swift_container: container
  };
}
function chosen(call) {
  const asked = call.query.get("project_id");
  if (asked !== null && asked !== call.project.id) call.policy("backup_strategy:index");
  const [project, instance] = [
    asked ?? call.project.id,
    call.query.get("instance_id")
  ];
  return (one2) => one2.project === project && (instance === null || one2.instanceId === instance);
}
var listStrategies = (call) => ({
  status: 200,
  json: {
    backup_strategies: call.region.strategies.filter(chosen(call)).map(view2)
  }
});
var createStrategy = (call) => {
  const said = call.inner("backup_strategy", {
    required: [
      "swift_container"
    ],
    properties: {
      instance_id: {
        type: "string"
      },
      swift_container: {
        type: "string",
        minLength: 1
      }
    }
  });
  const instanceId = typeof said.instance_id === "string" ? call.instance(said.instance_id).id : "";
  const { strategies } = call.region;
  let one2 = strategies.find((old) => old.project === call.project.id && old.instanceId === instanceId);
  const container = String(said.swift_container);
  if (one2 === void 0) strategies.push(one2 = {
    project: call.project.id,
    instanceId,
    container
  });
  one2.container = container;
  call.action = "create-backup-strategy";
  return {
    status: 202,
    json: {
      backup_strategy: view2(one2)
    }
  };
};
var deleteStrategy = (call) => {
  const { strategies } = call.region;
  const means = chosen(call);
  const instance = call.query.get("instance_id") ?? "";
  const place = strategies.findIndex((one2) => means(one2) && one2.instanceId === instance);
  if (place < 0) throw call.notFound(instance);
  strategies.splice(place, 1);
  call.action = "delete-backup-strategy";
  return ACCEPTED2;
};

// openstack/trove/backups.ts
var UUID7 = {
  type: "string",
  pattern: "^[0-9a-fA-F-]{36}$"
};
var FLAG = {
  anyOf: [
    {
      type: "boolean"
    },
    {
      type: "integer",
      minimum: 0,
      maximum: 1
    }
  ]
};
var CREATE2 = {
  required: [
    "name"
  ],
  properties: {
    name: NAME2,
    description: {
      type: "string"
    },
    instance: UUID7,
    parent_id: UUID7,
    incremental: FLAG,
    swift_container: {
      type: "string"
    },
    restore_from: {
      type: "object",
      required: [
        "remote_location",
        "local_datastore_version_id",
        "size"
      ],
      properties: {
        remote_location: {
          type: "string"
        },
        local_datastore_version_id: UUID7
      }
    }
  }
};
function view3(backup) {
  const { version } = backup;
  return {
    id: backup.id,
    name: backup.name,
    description: backup.description,
    locationRef: backup.location,
    instance_id: backup.instanceId,
    created: seconds(backup.created),
    updated: seconds(backup.updated),
    size: backup.size,
    status: backup.status,
    parent_id: backup.parent?.id ?? null,
    project_id: backup.project.id,
    datastore: {
      type: version.datastore.name,
      version: version.name,
      version_id: version.id
    }
  };
}
function list2(call, keep) {
  const { items, links } = offsetPage(call, call.region.backups.filter(keep).toReversed());
  return {
    status: 200,
    json: {
      backups: items.map(view3),
      ...links
    }
  };
}
var listBackups = (call) => {
  const { query, admin } = call;
  const all = query.get("all_projects")?.toLowerCase() === "true";
  if (all && !admin) {
    throw fault(403, "Policy doesn't allow backup:index:all_projects to be performed.", false);
  }
  const project = query.get("project_id") ?? call.project.id;
  if (project !== call.project.id && !admin) {
    throw fault(403, "Policy doesn't allow backup:index:all_projects to be performed.", false);
  }
  const [datastore, instance] = [
    query.get("datastore"),
    query.get("instance_id")
  ];
  return list2(call, (one2) => (all || one2.project.id === project) && (datastore === null || [
    one2.version.datastore.id,
    one2.version.datastore.name
  ].includes(datastore)) && (instance === null || one2.instanceId === instance));
};
var listInstanceBackups = (call) => {
  const { id } = call.instance();
  return list2(call, (one2) => one2.instanceId === id);
};
function find(call, id) {
  const found = call.region.backups.find((one2) => one2.id === id && (one2.project === call.project || call.admin));
  if (found === void 0) throw call.notFound(String(id));
  return found;
}
var getBackup = (call) => ({
  status: 200,
  json: {
    backup: view3(find(call, call.param(0)))
  }
});
var createBackup = (call) => {
  const said = call.inner("backup", CREATE2);
  const backup = said.restore_from === void 0 ? take(call, said) : register(call, said);
  call.region.backups.push(backup);
  return {
    status: 202,
    json: {
      backup: view3(backup)
    }
  };
};
function blank(call, said) {
  return {
    id: call.region.uuid(),
    name: String(said.name),
    description: typeof said.description === "string" ? said.description : null,
    project: call.project,
    created: call.now,
    updated: call.now,
    status: "NEW",
    size: null,
    location: null
  };
}
function take(call, said) {
  if (said.instance === void 0) throw fault(400, "Instance ID is required for creating a backup.");
  const instance = call.instance(String(said.instance));
  const { region } = call;
  call.action = "backup";
  call.mustBeIdle(instance);
  let parent = said.parent_id === void 0 ? void 0 : find(call, said.parent_id);
  if (parent === void 0 && (said.incremental === 1 || said.incremental === true)) {
    parent = region.backups.findLast((one2) => one2.instanceId === instance.id && one2.status === "COMPLETED");
  }
  if (parent !== void 0 && parent.status !== "COMPLETED") {
    throw fault(422, `Backup ${parent.id} is not completed, and so no parent of another.`);
  }
  reserve(region, instance.project, {
    backups: 1
  });
  const { version, databases } = instance;
  const backup = {
    ...blank(call, said),
    instanceId: instance.id,
    parent,
    version,
    databases: [
      ...databases
    ]
  };
  const container = region.strategies.find((one2) => one2.instanceId === instance.id)?.container ?? region.strategies.find((one2) => one2.project === call.project.id && one2.instanceId === "")?.container;
  run(call, backup, instance, String(said.swift_container ?? container ?? "database_backups"));
  return backup;
}
function run(call, backup, instance, container) {
  const { timeline } = call.region;
  const whole = call.region.duration("backup");
  const step = (part, change3) => timeline.add(backup.id, call.now + whole * part, (at) => {
    change3();
    backup.updated = at;
  });
  instance.runningBackups++;
  step(0.1, () => backup.status = "BUILDING");
  step(0.7, () => backup.status = "SAVING");
  step(1, () => {
    instance.runningBackups--;
    if (/BACKUP_ERROR$/.test(backup.name)) backup.status = "FAILED";
    else {
      const ref = `https://swift.sim.invalid/v1/AUTH_${backup.project.id}/${container}/${backup.id}.xbstream.gz.enc`;
      Object.assign(backup, {
        status: "COMPLETED",
        size: 0.14,
        location: ref
      });
    }
  });
}
function register(call, said) {
  const from = said.restore_from;
  reserve(call.region, call.project, {
    backups: 1
  });
  call.action = "register-backup";
  return {
    ...blank(call, said),
    instanceId: null,
    parent: void 0,
    version: versionById(call, String(from.local_datastore_version_id)),
    databases: [],
    status: "RESTORED",
    size: Number(from.size),
    location: String(from.remote_location)
  };
}
var deleteBackup = (call) => {
  const backup = find(call, call.param(0));
  if ([
    "NEW",
    "BUILDING",
    "SAVING"
  ].includes(backup.status)) {
    throw fault(422, `Backup ${backup.id} cannot be deleted because it is running.`);
  }
  const { backups } = call.region;
  const gone = /* @__PURE__ */ new Set([
    backup
  ]);
  for (const one2 of backups) if (one2.parent !== void 0 && gone.has(one2.parent)) gone.add(one2);
  for (const one2 of gone) backups.splice(backups.indexOf(one2), 1);
  call.action = "delete-backup";
  return ACCEPTED2;
};

// openstack/trove/cluster.ts
var CLUSTER_TASKS = {
  NONE: [
    1,
    "NONE",
    "No tasks for the cluster."
  ],
  BUILDING_INITIAL: [
    2,
    "BUILDING",
    "Building the initial cluster."
  ],
  DELETING: [
    3,
    "DELETING",
    "Deleting the cluster."
  ],
  ADDING_SHARD: [
    4,
    "ADDING_SHARD",
    "Adding a shard to the cluster."
  ],
  GROWING_CLUSTER: [
    5,
    "GROWING_CLUSTER",
    "Increasing the size of the cluster."
  ],
  SHRINKING_CLUSTER: [
    6,
    "SHRINKING_CLUSTER",
    "Decreasing the size of the cluster."
  ],
  UPGRADING_CLUSTER: [
    7,
    "UPGRADING_CLUSTER",
    "Upgrading the cluster to new version."
  ],
  RESTARTING_CLUSTER: [
    8,
    "RESTARTING_CLUSTER",
    "Restarting the cluster."
  ],
  UPDATING_CLUSTER: [
    9,
    "UPDATING_CLUSTER",
    "Updating cluster configuration."
  ]
};

// openstack/trove/clusters.ts
var MEMBER = {
  type: "object",
  required: [
    "flavorRef"
  ],
  properties: {
    flavorRef: FLAVOR_REF,
    volume: {
      type: "object",
      required: [
        "size"
      ]
    }
  }
};
var CREATE3 = {
  required: [
    "name",
    "datastore",
    "instances"
  ],
  properties: {
    name: NAME2,
    datastore: {
      type: "object",
      required: [
        "type",
        "version"
      ]
    },
    instances: {
      type: "array",
      items: MEMBER
    },
    locality: {
      enum: [
        "affinity",
        "anti-affinity"
      ]
    },
    extended_properties: {
      type: "object"
    }
  }
};
function membersOf(region, { id }) {
  return region.byId().filter((one2) => one2.clusterId === id).sort((a, b) => a.order - b.order);
}
function findCluster(call, id) {
  const found = call.region.clusters.get(id);
  if (found === void 0 || found.project !== call.project && !call.admin) {
    throw fault(404, `Cluster '${id}' cannot be found.`);
  }
  return found;
}
function clusterView(call, cluster, detailed) {
  const [id, name, description] = CLUSTER_TASKS[cluster.task];
  const { version, configuration: configuration2 } = cluster;
  const members = membersOf(call.region, cluster);
  return {
    id: cluster.id,
    name: cluster.name,
    task: {
      id,
      name,
      description
    },
    created: seconds(cluster.created),
    updated: seconds(cluster.updated),
    links: call.links("clusters", cluster.id),
    datastore: {
      type: version.datastore.name,
      version: version.name
    },
    instances: members.map((one2) => ({
      id: one2.id,
      name: one2.name,
      type: one2.clusterRole ?? "member",
      links: call.links("instances", one2.id),
      ...detailed ? {
        status: statusOf2(one2),
        flavor: {
          id: one2.flavor.id,
          links: call.links("flavors", one2.flavor.id)
        },
        volume: {
          size: one2.volume.size
        },
        ip: [
          one2.ip
        ]
      } : {}
    })),
    ...detailed ? {
      ip: members.map((one2) => one2.ip)
    } : {},
    ...configuration2 === void 0 ? {} : {
      configuration: configuration2.id
    }
  };
}
var listClusters = (call) => {
  const mine = [
    ...call.region.clusters.values()
  ].filter((one2) => one2.project === call.project).sort((a, b) => a.id < b.id ? -1 : 1);
  const { items, links } = keyPage(call, mine, (one2) => one2.id);
  return {
    status: 200,
    json: {
      clusters: items.map((one2) => clusterView(call, one2, false)),
      ...links
    }
  };
};
var shown = (call, cluster, status) => ({
  status,
  json: {
    cluster: clusterView(call, cluster, true)
  }
});
var getCluster = (call) => shown(call, findCluster(call, call.param(0)), 200);
var getClusterInstance = (call) => {
  const cluster = findCluster(call, call.param(0));
  const instance = membersOf(call.region, cluster).find((one2) => one2.id === call.param(1));
  if (instance === void 0) throw call.notFound(call.param(1));
  return {
    status: 200,
    json: {
      instance: oneInstance(call, instance)
    }
  };
};
var createCluster = (call) => {
  const said = call.inner("cluster", CREATE3);
  const version = askedVersion(call, said.datastore);
  if (!version.datastore.clusters) {
    throw fault(501, `Clusters not supported for ${version.datastore.name}-${version.name}.`);
  }
  const { region, now } = call;
  const cluster = {
    id: region.uuid(),
    name: String(said.name),
    project: call.project,
    task: "BUILDING_INITIAL",
    version,
    configuration: said.configuration === void 0 ? void 0 : configurationOf(call, said.configuration),
    created: now,
    updated: now,
    rootEnabled: false
  };
  addMembers(call, cluster, said.instances);
  region.clusters.set(cluster.id, cluster);
  work(call, cluster, "BUILDING_INITIAL");
  call.action = "create-cluster";
  return shown(call, cluster, 200);
};
function addMembers(call, cluster, said) {
  const list4 = (Array.isArray(said) ? said : []).filter(isObject);
  if (list4.length === 0) {
    throw fault(400, "The number of instances for your initial cluster must be at least 1.");
  }
  const plans = list4.map((one2) => ({
    flavor: flavorOf(one2.flavorRef),
    size: isObject(one2.volume) ? Number(one2.volume.size) : 0,
    name: one2.name
  }));
  const volumes = plans.reduce((sum, one2) => sum + one2.size, 0);
  const ram = plans.reduce((sum, one2) => sum + one2.flavor.ram, 0);
  reserve(call.region, call.project, {
    instances: plans.length,
    volumes,
    ram
  });
  const before2 = membersOf(call.region, cluster).length;
  for (const [i, { flavor, size, name }] of plans.entries()) {
    const { version, project } = cluster;
    const full = typeof name === "string" ? name : `${cluster.name}-member-${before2 + i + 1}`;
    const instance = blankInstance(call.region, {
      name: full,
      project,
      flavor,
      volume: {
        size
      },
      version
    }, call.now);
    instance.clusterId = cluster.id;
    instance.clusterRole = "member";
    call.region.add(instance);
    call.touched.push(instance);
    build(call.region, instance, call.now);
  }
}
function work(call, cluster, task, done = () => {
}) {
  const { timeline } = call.region;
  timeline.cancel(cluster.id);
  cluster.task = task;
  cluster.updated = call.now;
  timeline.add(cluster.id, call.now + call.region.duration("cluster"), (at) => {
    cluster.task = "NONE";
    cluster.updated = at;
    done();
  });
}
var deleteCluster = (call) => {
  const cluster = findCluster(call, call.param(0));
  const { region, now } = call;
  for (const instance of membersOf(region, cluster)) {
    takeDown(region, instance, now);
    call.touched.push(instance);
  }
  work(call, cluster, "DELETING", () => {
    for (const instance of membersOf(region, cluster)) region.bury(instance, now);
    region.clusters.delete(cluster.id);
  });
  call.action = "delete-cluster";
  return ACCEPTED2;
};
var ACTIONS = [
  "add_shard",
  "grow",
  "shrink",
  "upgrade",
  "reset-status",
  "restart",
  "configuration_attach",
  "configuration_detach"
];
var actOnCluster = (call) => {
  const cluster = findCluster(call, call.param(0));
  const { body } = call.facts;
  const names2 = isObject(body) ? Object.keys(body) : [];
  const name = ACTIONS.find((one2) => one2 === names2[0]);
  if (!isObject(body) || name === void 0 || names2.length !== 1) {
    throw fault(400, `Expected exactly one cluster action: ${names2.join(", ") || "none"}.`);
  }
  if (name === "reset-status") {
    call.policy("cluster:reset_status");
    call.region.timeline.cancel(cluster.id);
    cluster.task = "NONE";
  } else {
    if (cluster.task !== "NONE") {
      throw fault(422, `Cluster ${cluster.id} is not currently available for an action to be performed (task status was ${CLUSTER_TASKS[cluster.task][1]}).`);
    }
    act(call, cluster, name, body[name]);
  }
  call.action = `${name.replaceAll("_", "-")}-cluster`;
  return shown(call, cluster, 202);
};
function act(call, cluster, name, said) {
  const { region, now } = call;
  switch (name) {
    case "add_shard":
      throw fault(501, `Action 'add_shard' not supported for ${cluster.version.datastore.name}.`);
    case "grow":
      addMembers(call, cluster, said);
      return work(call, cluster, "GROWING_CLUSTER");
    case "shrink": {
      const ids = (Array.isArray(said) ? said : []).filter(isObject).map(({ id }) => id);
      const going = membersOf(region, cluster).filter((one2) => ids.includes(one2.id));
      if (going.length === 0 || going.length !== ids.length) {
        throw fault(404, "Instances of the cluster not found.");
      }
      if (going.length === membersOf(region, cluster).length) {
        throw fault(400, "Cannot remove all instances of the cluster.");
      }
      for (const instance of going) takeDown(region, instance, now);
      return work(call, cluster, "SHRINKING_CLUSTER");
    }
    case "upgrade": {
      const wanted2 = isObject(said) ? said.datastore_version : said;
      const version = cluster.version.datastore.versions.find((one2) => one2.name === wanted2 || one2.id === wanted2);
      if (version === void 0) throw fault(400, `Datastore version '${wanted2}' cannot be found.`);
      return work(call, cluster, "UPGRADING_CLUSTER", () => cluster.version = version);
    }
    case "restart":
      for (const instance of membersOf(region, cluster)) {
        begin2(region, instance, "REBOOTING", "restart", now, () => {
        });
      }
      return work(call, cluster, "RESTARTING_CLUSTER");
    case "configuration_attach":
      cluster.configuration = configurationOf(call, isObject(said) ? said.configuration_id : said);
      return work(call, cluster, "UPDATING_CLUSTER");
    case "configuration_detach":
      cluster.configuration = void 0;
      return work(call, cluster, "UPDATING_CLUSTER");
  }
}
var showClusterRoot = (call) => ({
  status: 200,
  json: {
    rootEnabled: findCluster(call, call.param(0)).rootEnabled
  }
});
var enableClusterRoot = (call) => {
  const cluster = findCluster(call, call.param(0));
  const { body } = call.facts;
  cluster.rootEnabled = true;
  call.action = "enable-root-cluster";
  const said = isObject(body) && typeof body.password === "string" ? body.password : void 0;
  return {
    status: 200,
    json: {
      user: {
        name: "root",
        password: said ?? call.region.facts.random.hex(12)
      }
    }
  };
};

// openstack/trove/configuration.ts
function needsRestart(version, values) {
  return Object.keys(values).some((name) => version.parameters.some((one2) => one2.name === name && one2.restart));
}

// openstack/trove/configuration_values.ts
function checkValues(version, values) {
  for (const [name, value] of Object.entries(values)) {
    const parameter = version.parameters.find((one2) => one2.name === name && one2.deletedAt === void 0);
    if (parameter === void 0) {
      const { datastore, name: versionName } = version;
      throw fault(422, `The configuration parameter ${name} is not supported for this datastore: ${datastore.name} ${versionName}.`);
    }
    checkValue(parameter, value);
  }
}
function checkValue({ name, type, min, max }, value) {
  const numeric = typeof value === "number" || typeof value === "bigint";
  const right = {
    integer: typeof value === "bigint" || Number.isInteger(value),
    float: numeric,
    string: typeof value === "string",
    boolean: typeof value === "boolean"
  }[type];
  if (!right) {
    throw fault(422, `The value provided for the configuration parameter ${name} is not of type ${type}.`);
  }
  if (!numeric) return;
  if (max !== void 0 && value > max) {
    throw fault(422, `The value for the configuration parameter ${name} is greater than the maximum allowed: ${max}`);
  }
  if (min !== void 0 && value < min) {
    throw fault(422, `The value for the configuration parameter ${name} is less than the minimum allowed: ${min}`);
  }
}

// openstack/trove/configurations.ts
var VALUES = {
  type: "object"
};
var DESCRIPTION = {
  anyOf: [
    {
      type: "string"
    },
    {
      type: "null"
    }
  ]
};
var CREATE4 = {
  required: [
    "name",
    "values"
  ],
  properties: {
    name: NAME2,
    values: VALUES,
    description: DESCRIPTION,
    datastore: {
      type: "object"
    }
  }
};
var CHANGE2 = {
  properties: {
    name: NAME2,
    values: VALUES,
    description: DESCRIPTION
  }
};
var MERGE = {
  required: [
    "values"
  ],
  properties: {
    values: VALUES
  }
};
function brief2({ id, name, description, created, updated, version }) {
  return {
    id,
    name,
    description,
    created: seconds(created),
    updated: seconds(updated),
    datastore_version_id: version.id,
    datastore_name: version.datastore.name,
    datastore_version_name: version.name
  };
}
var usersOf = (call, group12) => call.region.byId().filter((one2) => one2.configuration === group12);
function detail(call, group12) {
  return {
    ...brief2(group12),
    values: group12.values,
    instance_count: usersOf(call, group12).length,
    datastore_version_number: group12.version.number
  };
}
var listConfigurations = (call) => {
  const mine = call.region.configurations.filter((one2) => one2.project === call.project).sort((a, b) => a.id < b.id ? -1 : 1);
  const { items, links } = keyPage(call, mine, (one2) => one2.id);
  return {
    status: 200,
    json: {
      configurations: items.map(brief2),
      ...links
    }
  };
};
var createConfiguration = (call) => {
  const said = call.inner("configuration", CREATE4);
  const version = askedVersion(call, isObject(said.datastore) ? said.datastore : void 0);
  const values = said.values;
  checkValues(version, values);
  const group12 = {
    id: call.region.uuid(),
    name: String(said.name),
    description: typeof said.description === "string" ? said.description : null,
    values,
    project: call.project,
    version,
    created: call.now,
    updated: call.now
  };
  call.region.configurations.push(group12);
  call.action = "create-configuration";
  return {
    status: 200,
    json: {
      configuration: detail(call, group12)
    }
  };
};
var getConfiguration = (call) => ({
  status: 200,
  json: {
    configuration: detail(call, configurationOf(call, call.param(0)))
  }
});
var listConfigurationInstances = (call) => {
  const { items, links } = keyPage(call, usersOf(call, configurationOf(call, call.param(0))), (one2) => one2.id);
  return {
    status: 200,
    json: {
      instances: items.map(({ id, name }) => ({
        id,
        name
      })),
      ...links
    }
  };
};
var editConfiguration = (call) => {
  const group12 = configurationOf(call, call.param(0));
  const said = call.inner("configuration", MERGE);
  change(call, group12, {
    ...group12.values,
    ...said.values
  });
  return {
    status: 200
  };
};
var updateConfiguration = (call) => {
  const group12 = configurationOf(call, call.param(0));
  const said = call.inner("configuration", CHANGE2);
  change(call, group12, isObject(said.values) ? said.values : group12.values);
  if (said.name !== void 0) group12.name = String(said.name);
  if (said.description !== void 0) group12.description = said.description;
  return ACCEPTED2;
};
function change(call, group12, values) {
  checkValues(group12.version, values);
  const changed = Object.fromEntries(Object.entries(values).filter(([name, value]) => group12.values[name] !== value));
  group12.values = values;
  group12.updated = call.now;
  call.action = "change-configuration";
  if (!needsRestart(group12.version, changed)) return;
  for (const instance of usersOf(call, group12)) instance.service = "RESTART_REQUIRED";
}
var deleteConfiguration = (call) => {
  const group12 = configurationOf(call, call.param(0));
  if (usersOf(call, group12).length > 0) {
    throw fault(400, "A configuration group cannot be deleted if it is associated with one or more non-terminated instances. Detach the configuration group from all non-terminated instances and please try again.");
  }
  const { configurations } = call.region;
  configurations.splice(configurations.indexOf(group12), 1);
  call.action = "delete-configuration";
  return ACCEPTED2;
};
var showDefaults = (call) => {
  const { version } = call.instance();
  return {
    status: 200,
    json: {
      instance: {
        configuration: defaultValues(version.datastore.name)
      }
    }
  };
};

// openstack/trove/flavors.ts
function flavorView(call, flavor) {
  const { id, name, ram, vcpus, disk, ephemeral } = flavor;
  return {
    id: /^\d+$/.test(id) ? Number(id) : null,
    links: call.links("flavors", id),
    name,
    ram,
    vcpus,
    disk,
    ephemeral,
    str_id: id
  };
}
var listFlavors = (call) => ({
  status: 200,
  json: {
    flavors: FLAVORS.map((one2) => flavorView(call, one2))
  }
});
var getFlavor = (call) => {
  const flavor = FLAVORS.find((one2) => one2.id === call.param(0));
  if (flavor === void 0) throw call.notFound(call.param(0));
  return {
    status: 200,
    json: {
      flavor: flavorView(call, flavor)
    }
  };
};
var listLimits = (call) => {
  const quota2 = call.region.quotaOf(call.project.id);
  const absolute = {
    verb: "ABSOLUTE",
    max_instances: quota2.instances,
    max_ram: quota2.ram,
    max_backups: quota2.backups,
    max_volumes: quota2.volumes
  };
  return {
    status: 200,
    json: {
      limits: [
        absolute,
        ...call.facts.limiter.view()
      ]
    }
  };
};

// openstack/trove/datastores.ts
var offered = (call, { versions: versions3 }) => versions3.filter((one2) => one2.active || call.admin);
function brief3(call, { id, name, number: number2 }) {
  return {
    id,
    name,
    version: number2,
    links: call.links("datastores/versions", id)
  };
}
function versionView(call, version) {
  const view9 = {
    ...brief3(call, version),
    datastore: version.datastore.id
  };
  if (!call.admin) return view9;
  const { active, packages, image: image2, imageTags } = version;
  return {
    ...view9,
    active,
    packages: packages.join(","),
    image: image2,
    image_tags: imageTags.join(",")
  };
}
function view4(call, datastore) {
  const { id, name, defaultVersion } = datastore;
  return {
    id,
    name,
    links: call.links("datastores", id),
    versions: offered(call, datastore).map((one2) => brief3(call, one2)),
    ...defaultVersion === void 0 ? {} : {
      default_version: defaultVersion.id
    }
  };
}
var listDatastores = (call) => {
  const all = call.region.datastores.filter((one2) => offered(call, one2).length > 0);
  return {
    status: 200,
    json: {
      datastores: all.map((one2) => view4(call, one2))
    }
  };
};
var getDatastore = (call) => ({
  status: 200,
  json: {
    datastore: view4(call, datastoreOf(call, call.param(0)))
  }
});
var deleteDatastore = (call) => {
  call.policy("datastore:delete");
  const datastore = datastoreOf(call, call.param(0));
  if (datastore.versions.length > 0) {
    throw fault(400, `Datastore ${datastore.name} cannot be deleted as it has versions.`);
  }
  const { datastores: datastores2 } = call.region;
  datastores2.splice(datastores2.indexOf(datastore), 1);
  return ACCEPTED2;
};
var listVersions = (call) => {
  const versions3 = offered(call, datastoreOf(call, call.param(0)));
  return {
    status: 200,
    json: {
      versions: versions3.map((one2) => versionView(call, one2))
    }
  };
};
var getVersion = (call) => {
  const version = versionOf(call, datastoreOf(call, call.param(0)), call.param(1));
  return {
    status: 200,
    json: {
      version: versionView(call, version)
    }
  };
};
var getVersionById = (call) => ({
  status: 200,
  json: {
    version: versionView(call, versionById(call, call.param(0)))
  }
});
var listVersionFlavors = (call) => {
  versionOf(call, datastoreOf(call, call.param(0)), call.param(1));
  return {
    status: 200,
    json: {
      flavors: FLAVORS.map((one2) => flavorView(call, one2))
    }
  };
};
var listVolumeTypes = (call) => {
  versionOf(call, datastoreOf(call, call.param(0)), call.param(1));
  const types = VOLUME_TYPES.map((one2) => ({
    ...one2,
    is_public: true,
    description: null
  }));
  return {
    status: 200,
    json: {
      volume_types: types
    }
  };
};

// openstack/trove/instance_actions.ts
var OBJECT = {
  type: "object"
};
var RESIZE = {
  type: "object",
  minProperties: 1,
  properties: {
    flavorRef: FLAVOR_REF,
    volume: {
      type: "object",
      required: [
        "size"
      ],
      properties: {
        size: SIZE
      }
    }
  }
};
var ACTIONS2 = {
  restart,
  resize,
  promote_to_replica_source: promote,
  eject_replica_source: eject,
  reset_status: resetStatus
};
var actOnInstance = (call) => {
  const { body } = call.facts;
  const name = isObject(body) ? Object.keys(body)[0] : void 0;
  const act2 = name === void 0 ? void 0 : ACTIONS2[name];
  if (act2 === void 0 || name === void 0) throw call.crash();
  const said = call.body({
    properties: {
      [name]: name === "resize" ? RESIZE : OBJECT
    }
  })[name];
  const instance = call.instance();
  call.action = name.replaceAll("_", "-");
  act2(call, instance, said);
  return ACCEPTED2;
};
function restart(call, instance) {
  call.mustBeIdle(instance);
  begin2(call.region, instance, "REBOOTING", "restart", call.now, () => {
    instance.service = "HEALTHY";
  });
}
function resize(call, instance, said) {
  call.action = isObject(said.volume) ? "resize-volume" : "resize-flavor";
  if (isObject(said.volume)) resizeVolume(call, instance, Number(said.volume.size));
  else resizeFlavor(call, instance, said.flavorRef);
}
function resizeVolume(call, instance, size) {
  const { size: old } = instance.volume;
  if (size <= old) {
    throw fault(400, `The new volume 'size' must be larger than the current volume size of '${old}'.`);
  }
  call.mustBeIdle(instance);
  mustFit(call, size);
  reserve(call.region, instance.project, {
    volumes: size - old
  });
  begin2(call.region, instance, "RESIZING", "resize", call.now, () => {
    instance.volume.size = size;
  });
}
function resizeFlavor(call, instance, said) {
  call.mustBeIdle(instance);
  const flavor = flavorOf(said);
  if (flavor === instance.flavor) {
    throw fault(400, `The new flavor id must be different than the current flavor id of '${flavor.id}'.`);
  }
  reserve(call.region, instance.project, {
    ram: flavor.ram - instance.flavor.ram
  });
  begin2(call.region, instance, "RESIZING", "resize", call.now, () => {
    instance.flavor = flavor;
  });
}
function promote(call, instance) {
  const source = instance.replicaOf;
  if (source === void 0) throw fault(400, `Instance ${instance.id} is not a replica.`);
  call.mustBeIdle(instance);
  call.mustBeIdle(source);
  begin2(call.region, instance, "PROMOTING", "promote", call.now, () => handOver(call, source, instance));
  begin2(call.region, source, "PROMOTING", "promote", call.now, () => {
  });
}
function handOver(call, source, heir) {
  for (const other2 of call.region.replicasOf(source)) other2.replicaOf = heir;
  heir.replicaOf = void 0;
  source.replicaOf = heir;
}
function eject(call, instance) {
  const heir = call.region.replicasOf(instance).sort((a, b) => b.order - a.order)[0];
  if (heir === void 0) throw fault(400, `Instance ${instance.id} is not a replica source.`);
  if (instance.server === "ACTIVE" && instance.service === "HEALTHY") {
    throw fault(400, `Replica Source ${instance.id} cannot be ejected as it has a current heartbeat`);
  }
  begin2(call.region, instance, "EJECTING", "eject", call.now, () => {
    handOver(call, instance, heir);
    instance.replicaOf = void 0;
  });
  instance.server = "ACTIVE";
}
function resetStatus(call, instance) {
  call.policy("instance:reset_status");
  if (statusOf2(instance) !== "ACTIVE" || instance.service !== "HEALTHY") {
    force(call.region, instance, "ERROR", void 0);
    instance.updated = call.now;
  }
}

// openstack/trove/instance_change.ts
var NULLABLE2 = {
  anyOf: [
    {
      type: "string"
    },
    {
      type: "null"
    }
  ]
};
var COMMON = {
  name: NAME2,
  configuration: NULLABLE2,
  replica_of: NULLABLE2,
  datastore_version: {
    type: "string"
  }
};
var PUT = {
  additionalProperties: false,
  properties: {
    ...COMMON,
    access: ACCESS
  }
};
var PATCH = {
  additionalProperties: false,
  properties: {
    ...COMMON,
    slave_of: NULLABLE2
  }
};
var updateInstance = (call) => change2(call, call.inner("instance", PUT));
var editInstance = (call) => change2(call, call.inner("instance", PATCH));
function change2(call, said) {
  const instance = call.instance();
  const changes2 = Object.keys(said).filter((name) => name !== "name");
  if (changes2.length > 1) throw fault(400, "Only one attribute (except 'name') is allowed to update.");
  call.action = changes2[0] === void 0 ? "rename" : CHANGES[changes2[0]](call, instance, said);
  if (said.name !== void 0) {
    instance.name = String(said.name);
    instance.updated = call.now;
  }
  return ACCEPTED2;
}
var CHANGES = {
  configuration,
  replica_of: detachReplica,
  slave_of: detachReplica,
  datastore_version: upgrade,
  access: access2
};
function configuration(call, instance, said) {
  call.mustBeIdle(instance);
  const { configuration: old } = instance;
  if (said.configuration === null || said.configuration === "") {
    instance.configuration = void 0;
    if (old !== void 0 && needsRestart(instance.version, old.values)) {
      instance.service = "RESTART_REQUIRED";
    }
    instance.updated = call.now;
    return "detach-configuration";
  }
  const group12 = configurationOf(call, said.configuration);
  if (old !== void 0) {
    throw fault(400, `A configuration group is already attached to the instance: ${old.id}.`);
  }
  if (group12.version !== instance.version) {
    const { name, datastore } = group12.version;
    throw fault(400, `Datastore Version on Configuration Group ${group12.id} (${datastore.name} ${name}) is not that of instance ${instance.id}.`);
  }
  instance.configuration = group12;
  if (needsRestart(instance.version, group12.values)) instance.service = "RESTART_REQUIRED";
  instance.updated = call.now;
  return "attach-configuration";
}
function detachReplica(call, instance, said) {
  const value = said.replica_of ?? said.slave_of;
  if (value !== null && value !== void 0 && value !== "") {
    throw fault(400, "Cannot change the replica source of an instance.");
  }
  if (instance.replicaOf === void 0) throw fault(400, `Instance ${instance.id} is not a replica.`);
  call.mustBeIdle(instance);
  begin2(call.region, instance, "DETACHING", "detach", call.now, () => {
    instance.replicaOf = void 0;
  });
  return "detach-replica";
}
function upgrade(call, instance, said) {
  const { datastore } = instance.version;
  const version = datastore.versions.find((one2) => one2.name === said.datastore_version || one2.id === said.datastore_version);
  if (version === void 0) {
    throw fault(400, `Datastore version '${said.datastore_version}' cannot be found.`);
  }
  call.mustBeIdle(instance);
  begin2(call.region, instance, "UPGRADING", "upgrade", call.now, () => {
    instance.version = version;
  });
  return "upgrade";
}
function access2(call, instance, said) {
  call.mustBeIdle(instance);
  const wanted2 = isObject(said.access) ? said.access : {};
  begin2(call.region, instance, "UPDATING", "access", call.now, () => {
    if (wanted2.is_public !== void 0) instance.access.isPublic = wanted2.is_public === true;
    if (Array.isArray(wanted2.allowed_cidrs)) instance.access.cidrs = wanted2.allowed_cidrs.map(String);
  });
  return "access";
}

// openstack/trove/instances.ts
function page3(call, view9) {
  const clustered = call.query.get("include_clustered")?.toLowerCase() === "true";
  const mine = call.region.instancesOf(call.project).filter((one2) => clustered || one2.clusterId === void 0);
  const { items, links } = keyPage(call, mine, (one2) => one2.id);
  const shown2 = items.sort((a, b) => b.created - a.created || b.order - a.order);
  return {
    status: 200,
    json: {
      instances: shown2.map((one2) => view9(call, one2)),
      ...links
    }
  };
}
var listInstances = (call) => page3(call, briefInstance);
var listInstancesInDetail = (call) => page3(call, detailedInstance);
var getInstance = (call) => ({
  status: 200,
  json: {
    instance: oneInstance(call, call.instance())
  }
});
var deleteInstance = (call) => {
  const instance = call.instance();
  call.action = "delete";
  if (statusOf2(instance) === "BUILD") {
    throw fault(422, `Instance ${instance.id} is not ready. (Status is BUILD).`);
  }
  if (call.region.replicasOf(instance).length > 0) {
    throw fault(403, "Detach replicas before deleting replica source.");
  }
  takeDown(call.region, instance, call.now);
  return ACCEPTED2;
};

// openstack/trove/logs.ts
var FLAG2 = {
  anyOf: [
    {
      type: "boolean"
    },
    {
      type: "integer",
      minimum: 0,
      maximum: 1
    }
  ]
};
function view5(instance, log) {
  const { name, type, status, published, pending } = log;
  const path11 = `${instance.id}/${instance.version.datastore.name}-${name}`;
  const there = published > 0;
  return {
    name,
    type,
    status,
    published,
    pending,
    container: there ? "database_logs" : null,
    prefix: there ? `${path11}/` : null,
    metafile: there ? `${path11}_metafile` : null
  };
}
var listLogs = (call) => {
  const instance = call.guest();
  return {
    status: 200,
    json: {
      logs: instance.logs.map((log) => view5(instance, log))
    }
  };
};
var actOnLog = (call) => {
  const said = call.body({
    required: [
      "name"
    ],
    properties: {
      name: {
        type: "string",
        minLength: 1
      },
      enable: FLAG2,
      disable: FLAG2,
      publish: FLAG2,
      discard: FLAG2
    }
  });
  const instance = call.guest();
  const log = instance.logs.find((one2) => one2.name === said.name);
  const wants = (what) => said[what] === 1 || said[what] === true;
  if (wants("enable") && wants("disable")) throw fault(400, "Cannot enable and disable log.", false);
  if (log === void 0) throw call.notFound(String(said.name));
  if ((wants("enable") || wants("disable")) && log.type === "SYS") {
    throw fault(400, `${log.name} is a system log, and can not be enabled or disabled.`, false);
  }
  if (wants("enable") && log.status === "Disabled") Object.assign(log, {
    status: "Ready",
    pending: 311
  });
  if (wants("disable")) log.status = "Disabled";
  if (wants("discard")) {
    Object.assign(log, {
      published: 0,
      status: log.status === "Disabled" ? "Disabled" : "Ready"
    });
  }
  if (wants("publish")) {
    if (log.status === "Disabled" && log.pending === 0) {
      throw fault(400, `Log file ${log.name} is disabled.`, false);
    }
    Object.assign(log, {
      status: "Published",
      published: log.published + log.pending,
      pending: 0
    });
  }
  const done = [
    "enable",
    "disable",
    "discard",
    "publish"
  ].find(wants);
  if (done === void 0) call.onlyRead = true;
  call.action = `${done}-log`;
  return {
    status: 200,
    json: {
      log: view5(instance, log)
    }
  };
};

// openstack/trove/parameters.ts
function parameterView(version, { name, type, restart: restart2, min, max }) {
  return {
    name,
    datastore_version_id: version.id,
    restart_required: restart2,
    type,
    ...max === void 0 ? {} : {
      max
    },
    ...min === void 0 ? {} : {
      min
    }
  };
}
function offered2(version) {
  return version.parameters.filter((one2) => one2.deletedAt === void 0);
}
function list3(version) {
  const all = offered2(version).map((one2) => parameterView(version, one2));
  return {
    status: 200,
    json: {
      "configuration-parameters": all
    }
  };
}
function one(call, version, name) {
  const found = offered2(version).find((parameter) => parameter.name === name);
  if (found === void 0) throw call.notFound(name);
  return {
    status: 200,
    json: parameterView(version, found)
  };
}
var named = (call) => versionOf(call, datastoreOf(call, call.param(0)), call.param(1));
var listParameters = (call) => list3(named(call));
var getParameter = (call) => one(call, named(call), call.param(2));
var listParametersByVersion = (call) => list3(versionById(call, call.param(0)));
var getParameterByVersion = (call) => one(call, versionById(call, call.param(0)), call.param(1));

// openstack/trove/mgmt_datastores.ts
function view6(version) {
  const { datastore } = version;
  return {
    id: version.id,
    name: version.name,
    version: version.number,
    datastore_id: datastore.id,
    datastore_name: datastore.name,
    datastore_manager: version.manager,
    image: version.image,
    image_tags: version.imageTags,
    packages: version.packages,
    active: version.active,
    default: datastore.defaultVersion === version
  };
}
function find2(call, id = call.param(0)) {
  call.onlyAdmin();
  const found = call.region.allVersions().find((one2) => one2.id === id);
  if (found === void 0) throw fault(404, `Datastore version '${id}' cannot be found.`);
  return found;
}
var listAllVersions = (call) => {
  call.onlyAdmin();
  return {
    status: 200,
    json: {
      versions: call.region.allVersions().map(view6)
    }
  };
};
var getAnyVersion = (call) => ({
  status: 200,
  json: {
    version: view6(find2(call))
  }
});
var FIELDS = {
  name: {
    type: "string",
    minLength: 1
  },
  datastore_name: {
    type: "string",
    minLength: 1
  },
  datastore_manager: {
    type: "string",
    minLength: 1
  },
  image: {
    type: "string",
    minLength: 1
  },
  image_tags: {
    type: "array"
  },
  packages: {
    type: "array"
  }
};
var isTrue = (value) => value === true || value === 1 || value === "true" || value === "True";
function fill2(version, said) {
  const texts = (value) => (Array.isArray(value) ? value : []).map(String);
  if (said.name !== void 0) version.name = String(said.name);
  if (said.version !== void 0) version.number = String(said.version);
  if (said.datastore_manager !== void 0) version.manager = String(said.datastore_manager);
  if (said.image !== void 0) version.image = String(said.image);
  if (said.image_tags !== void 0) version.imageTags = texts(said.image_tags);
  if (said.packages !== void 0) version.packages = texts(said.packages);
  if (said.active !== void 0) version.active = isTrue(said.active);
  if (isTrue(said.default)) version.datastore.defaultVersion = version;
}
var createVersion = (call) => {
  call.onlyAdmin();
  const said = call.inner("version", {
    required: [
      "name",
      "datastore_name",
      "datastore_manager",
      "active"
    ],
    properties: FIELDS
  });
  const { region } = call;
  const name = String(said.datastore_name);
  let datastore = region.datastores.find((one2) => one2.name === name);
  if (datastore === void 0) {
    datastore = {
      id: region.uuid(),
      name,
      versions: [],
      defaultVersion: void 0,
      clusters: false
    };
    region.datastores.push(datastore);
  }
  if (datastore.versions.some((one2) => one2.name === said.name)) {
    throw fault(400, `A datastore version with the name '${said.name}' already exists.`);
  }
  fill2(addVersion(datastore, region.uuid(), String(said.name), true), said);
  call.action = "create-datastore-version";
  return ACCEPTED2;
};
var updateVersion = (call) => {
  const version = find2(call);
  fill2(version, call.body({
    properties: FIELDS
  }));
  call.action = "update-datastore-version";
  return ACCEPTED2;
};
var deleteVersion = (call) => {
  const version = find2(call);
  const { datastore } = version;
  if (call.region.byId().some((one2) => one2.version === version)) {
    throw fault(400, `Datastore version '${version.name}' cannot be deleted as instances use it.`);
  }
  datastore.versions.splice(datastore.versions.indexOf(version), 1);
  if (datastore.defaultVersion === version) datastore.defaultVersion = void 0;
  call.action = "delete-datastore-version";
  return ACCEPTED2;
};
function mgmtParameter(version, parameter) {
  const { max, min, ...shown2 } = parameterView(version, parameter);
  return {
    ...shown2,
    ...max === void 0 ? {} : {
      max_size: max
    },
    ...min === void 0 || min === 0 ? {} : {
      min_size: min
    }
  };
}
var listAllParameters = (call) => {
  const version = find2(call);
  const all = version.parameters.map((one2) => mgmtParameter(version, one2));
  return {
    status: 200,
    json: {
      "configuration-parameters": all
    }
  };
};
function findParameter(call, version) {
  const found = version.parameters.find((one2) => one2.name === call.param(1));
  if (found === void 0) throw call.notFound(call.param(1));
  return found;
}
var getAnyParameter = (call) => {
  const version = find2(call);
  return {
    status: 200,
    json: mgmtParameter(version, findParameter(call, version))
  };
};
var LIMIT = {
  anyOf: [
    {
      type: "string",
      pattern: "^-?[0-9]+$"
    },
    {
      type: "integer"
    }
  ]
};
var PARAMETER = {
  required: [
    "name",
    "restart_required",
    "data_type"
  ],
  properties: {
    name: {
      type: "string",
      minLength: 1
    },
    data_type: {
      enum: [
        "string",
        "integer",
        "boolean",
        "float"
      ]
    },
    restart_required: {
      anyOf: [
        {
          type: "integer",
          minimum: 0,
          maximum: 1
        },
        {
          type: "boolean"
        }
      ]
    },
    max_size: LIMIT,
    min_size: LIMIT
  }
};
function read(said) {
  const limit = (value) => {
    const exact2 = BigInt(String(value));
    return exact2 === BigInt(Number(exact2)) && Number.isSafeInteger(Number(exact2)) ? Number(exact2) : exact2;
  };
  if (said.data_type === "integer") {
    for (const size of [
      "max_size",
      "min_size"
    ]) {
      if (said[size] === void 0) throw fault(400, `${size} is required for integer data type.`);
    }
  }
  return {
    name: String(said.name),
    type: said.data_type,
    restart: isTrue(said.restart_required),
    ...said.max_size === void 0 ? {} : {
      max: limit(said.max_size)
    },
    ...said.min_size === void 0 ? {} : {
      min: limit(said.min_size)
    }
  };
}
var createParameter = (call) => {
  const version = find2(call);
  const made = read(call.inner("configuration-parameter", PARAMETER));
  if (version.parameters.some((one2) => one2.name === made.name && one2.deletedAt === void 0)) {
    throw fault(400, `Configuration parameter '${made.name}' already exists.`);
  }
  version.parameters = [
    ...version.parameters.filter((one2) => one2.name !== made.name),
    made
  ];
  call.action = "create-parameter";
  return {
    status: 200,
    json: mgmtParameter(version, made)
  };
};
var updateParameter = (call) => {
  const version = find2(call);
  const old = findParameter(call, version);
  const made = {
    ...read(call.inner("configuration-parameter", PARAMETER)),
    name: old.name
  };
  version.parameters.splice(version.parameters.indexOf(old), 1, made);
  call.action = "update-parameter";
  return {
    status: 200,
    json: mgmtParameter(version, made)
  };
};
var deleteParameter = (call) => {
  const version = find2(call);
  findParameter(call, version).deletedAt = seconds(call.now);
  call.action = "delete-parameter";
  return {
    status: 204
  };
};

// openstack/trove/mgmt_instances.ts
var DESCRIPTIONS = {
  NONE: "No tasks for the instance.",
  BUILDING: "The instance is building.",
  REBOOTING: "Rebooting the instance.",
  RESIZING: "Resizing the instance.",
  PROMOTING: "Promoting the instance to replica source.",
  EJECTING: "Ejecting the replica source.",
  DETACHING: "Detaching the instance from replica source.",
  UPGRADING: "Upgrading the instance.",
  UPDATING: "Updating the instance.",
  DELETING: "Deleting the instance."
};
function view7(call, instance, deletedAt) {
  const { project, task, service } = instance;
  const shown2 = detailedInstance(call, instance);
  return {
    ...shown2,
    status: deletedAt === void 0 ? statusOf2(instance) : "SHUTDOWN",
    server: {
      id: serverId(instance),
      name: instance.name,
      status: instance.server,
      tenant_id: project.id,
      host: "sim-host-1"
    },
    service_status: service,
    deleted: deletedAt !== void 0,
    deleted_at: deletedAt === void 0 ? null : seconds(deletedAt),
    task_description: DESCRIPTIONS[task]
  };
}
var listAllInstances = (call) => {
  call.onlyAdmin();
  const { query, region } = call;
  const deleted = query.get("deleted")?.toLowerCase() === "true";
  const clustered = query.get("include_clustered")?.toLowerCase() === "true";
  const project = query.get("project_id");
  const all = deleted ? region.graveyard.map(({ instance, at }) => ({
    instance,
    at
  })) : region.byId().map((instance) => ({
    instance,
    at: void 0
  }));
  const wanted2 = all.filter(({ instance }) => (clustered || instance.clusterId === void 0) && (project === null || instance.project.id === project)).sort((a, b) => b.instance.created - a.instance.created || b.instance.order - a.instance.order);
  return {
    status: 200,
    json: {
      instances: wanted2.map(({ instance, at }) => view7(call, instance, at))
    }
  };
};
var getAnyInstance = (call) => {
  call.onlyAdmin();
  const id = call.param(0);
  const dead = call.query.get("deleted")?.toLowerCase() === "true" ? call.region.graveyard.find(({ instance: instance2 }) => instance2.id === id) : void 0;
  const instance = dead?.instance ?? call.instance();
  const { root, volume } = instance;
  const shown2 = view7(call, instance, dead?.at);
  const addresses2 = [
    {
      address: instance.ip,
      type: "private",
      network: "sim-net"
    }
  ];
  const server = {
    deleted: false,
    deleted_at: null,
    local_id: 0,
    addresses: addresses2
  };
  return {
    status: 200,
    json: {
      instance: {
        ...shown2,
        server: {
          ...shown2.server,
          ...server
        },
        volume: {
          attachments: [
            {
              server_id: serverId(instance),
              device: "vdb"
            }
          ],
          availability_zone: null,
          created_at: seconds(instance.created),
          id: `vol-${instance.id}`,
          size: volume.size,
          status: "in-use",
          used: USED,
          total: volume.size
        },
        ...root === void 0 ? {} : {
          root_enabled: root.enabledAt,
          root_enabled_by: root.by
        },
        guest_status: {
          state_description: instance.service.toLowerCase()
        }
      }
    }
  };
};
var ACTIONS3 = {
  stop: (_call, instance) => {
    instance.service = "SHUTDOWN";
  },
  reboot: (call, instance) => {
    call.mustBeIdle(instance);
    begin2(call.region, instance, "REBOOTING", "restart", call.now, () => instance.service = "HEALTHY");
  },
  migrate: (call, instance) => {
    call.mustBeIdle(instance);
    begin2(call.region, instance, "RESIZING", "resize", call.now, () => {
    });
  },
  "reset-task-status": (call, instance) => {
    if (instance.task !== "NONE") force(call.region, instance, "ACTIVE", void 0);
  },
  rebuild: (call, instance) => {
    call.mustBeIdle(instance);
    begin2(call.region, instance, "BUILDING", "build", call.now, () => instance.service = "HEALTHY");
  }
};
var actOnAnyInstance = (call) => {
  call.onlyAdmin();
  const { body } = call.facts;
  const name = isObject(body) ? Object.keys(body)[0] : void 0;
  const act2 = name === void 0 ? void 0 : ACTIONS3[name];
  if (act2 === void 0) throw fault(400, `Invalid instance action: ${name}`, false);
  const instance = call.instance();
  call.action = `mgmt-${name}`;
  act2(call, instance);
  instance.updated = call.now;
  return ACCEPTED2;
};
var showRootHistory = (call) => {
  call.onlyAdmin();
  const { id, root } = call.instance();
  const history = {
    id,
    enabled: root?.enabledAt ?? "Never",
    user: root?.by ?? "Nobody"
  };
  return {
    status: 200,
    json: {
      root_history: history
    }
  };
};
var showDiagnostics = (call) => {
  call.onlyAdmin();
  call.guest();
  const diagnostics = {
    version: "1",
    threads: 2,
    fdSize: 64,
    vmSize: 29096,
    vmPeak: 29160,
    vmRss: 2872,
    vmHwm: 2872
  };
  return {
    status: 200,
    json: {
      diagnostics
    }
  };
};
var showHardware = (call) => {
  call.onlyAdmin();
  const { flavor } = call.guest();
  return {
    status: 200,
    json: {
      hwinfo: {
        mem_total: flavor.ram * 1024,
        num_cpus: flavor.vcpus
      }
    }
  };
};
var pingGuest = (call) => {
  call.onlyAdmin();
  call.guest();
  return {
    status: 204
  };
};
var upgradeGuest = (call) => {
  call.onlyAdmin();
  call.inner("upgrade", {});
  call.guest();
  call.action = "mgmt-upgrade";
  return ACCEPTED2;
};
var listAllClusters = (call) => {
  call.onlyAdmin();
  const clusters = [
    ...call.region.clusters.values()
  ].map((one2) => mgmtCluster(call, one2.id));
  return {
    status: 200,
    json: {
      clusters
    }
  };
};
var getAnyCluster = (call) => {
  call.onlyAdmin();
  return {
    status: 200,
    json: {
      cluster: mgmtCluster(call, call.param(0))
    }
  };
};
function mgmtCluster(call, id) {
  const cluster = call.region.clusters.get(id);
  if (cluster === void 0) throw fault(404, `Cluster '${id}' cannot be found.`);
  return {
    ...clusterView(call, cluster, true),
    tenant_id: cluster.project.id,
    deleted: false,
    deleted_at: null
  };
}
var actOnAnyCluster = (call) => {
  call.onlyAdmin();
  const { body } = call.facts;
  const name = isObject(body) ? Object.keys(body)[0] : void 0;
  if (name !== "reset-task") throw fault(400, `Invalid cluster action: ${name}`, false);
  mgmtCluster(call, call.param(0));
  call.region.timeline.cancel(call.param(0));
  call.region.clusters.get(call.param(0)).task = "NONE";
  call.action = "mgmt-reset-task";
  return ACCEPTED2;
};

// openstack/trove/modules.ts
var FLAG3 = {
  anyOf: [
    {
      type: "boolean"
    },
    {
      type: "integer",
      minimum: 0,
      maximum: 1
    }
  ]
};
var FIELDS2 = {
  name: NAME2,
  module_type: {
    type: "string",
    minLength: 1
  },
  contents: {
    type: "string",
    minLength: 1
  },
  description: {
    anyOf: [
      {
        type: "string"
      },
      {
        type: "null"
      }
    ]
  },
  datastore: {
    type: "object"
  },
  auto_apply: FLAG3,
  all_tenants: FLAG3,
  visible: FLAG3,
  live_update: FLAG3,
  priority_apply: FLAG3,
  full_access: FLAG3,
  apply_order: {
    type: "integer",
    minimum: 0,
    maximum: 9
  }
};
function view8(module, more = {}) {
  const { datastore, version, project } = module;
  return {
    id: module.id,
    name: module.name,
    type: module.type,
    description: module.description,
    tenant_id: project?.id ?? null,
    datastore_id: datastore?.id ?? null,
    datastore_version_id: version?.id ?? null,
    auto_apply: module.autoApply,
    priority_apply: module.priorityApply,
    apply_order: module.applyOrder,
    is_admin: module.isAdmin,
    md5: module.md5,
    visible: module.visible,
    created: seconds(module.created),
    updated: seconds(module.updated),
    tenant: project?.id ?? "all",
    datastore: datastore?.name ?? "all",
    datastore_version: version?.name ?? "all",
    ...more
  };
}
function find3(call, id) {
  const found = call.region.modules.find((one2) => one2.id === id && mayUse(call, one2));
  if (found === void 0) throw call.notFound(id);
  return found;
}
var mayUse = (call, { project, visible: visible2 }) => call.admin || project === call.project || project === void 0 && visible2;
var appliedTo = (call, { id }) => call.region.byId().filter((one2) => one2.modules.has(id));
function digest(contents) {
  return [
    ...md5(new TextEncoder().encode(String(contents)))
  ].map((one2) => one2.toString(16).padStart(2, "0")).join("");
}
function fill3(call, module, said) {
  const flag2 = (name) => said[name] === true || said[name] === 1;
  if (said.auto_apply !== void 0 || said.all_tenants !== void 0 || said.priority_apply !== void 0) {
    if (flag2("auto_apply") || flag2("all_tenants") || flag2("priority_apply")) {
      call.policy("module:admin_options");
    }
  }
  if (said.name !== void 0) module.name = String(said.name);
  if (said.module_type !== void 0) module.type = String(said.module_type);
  if (said.description !== void 0) module.description = said.description;
  if (said.contents !== void 0) module.md5 = digest(said.contents);
  if (said.auto_apply !== void 0) module.autoApply = flag2("auto_apply");
  if (said.all_tenants !== void 0) module.project = flag2("all_tenants") ? void 0 : call.project;
  if (said.priority_apply !== void 0) module.priorityApply = flag2("priority_apply");
  if (said.visible !== void 0) module.visible = flag2("visible");
  if (said.live_update !== void 0) module.liveUpdate = flag2("live_update");
  if (said.apply_order !== void 0) module.applyOrder = Number(said.apply_order);
  if (isObject(said.datastore) && said.datastore.type !== void 0) {
    module.datastore = datastoreOf(call, String(said.datastore.type));
    module.version = said.datastore.version === void 0 ? void 0 : versionOf(call, module.datastore, String(said.datastore.version));
  }
}
var listModules = (call) => {
  const asked = call.query.get("datastore");
  const mine = call.region.modules.filter((one2) => mayUse(call, one2) && (asked === null || one2.datastore?.id === asked || one2.datastore?.name === asked));
  return {
    status: 200,
    json: {
      modules: mine.map((one2) => view8(one2))
    }
  };
};
var createModule = (call) => {
  const said = call.inner("module", {
    required: [
      "name",
      "module_type",
      "contents"
    ],
    properties: FIELDS2
  });
  const { region, now } = call;
  const module = {
    id: region.uuid(),
    name: "",
    type: "",
    description: null,
    project: call.project,
    datastore: void 0,
    version: void 0,
    autoApply: false,
    priorityApply: false,
    applyOrder: 5,
    isAdmin: false,
    visible: true,
    liveUpdate: false,
    md5: "",
    created: now,
    updated: now
  };
  fill3(call, module, said);
  if (region.modules.some((one2) => one2.name === module.name && one2.project === module.project)) {
    throw fault(400, `A module with the name '${module.name}' already exists for the datastore and project.`);
  }
  region.modules.push(module);
  call.action = "create-module";
  return {
    status: 200,
    json: {
      module: view8(module, {
        live_update: module.liveUpdate
      })
    }
  };
};
var getModule = (call) => {
  const module = find3(call, call.param(0));
  const more = {
    live_update: module.liveUpdate,
    instance_count: appliedTo(call, module).length
  };
  return {
    status: 200,
    json: {
      module: view8(module, more)
    }
  };
};
var updateModule = (call) => {
  const said = call.inner("module", {
    properties: FIELDS2
  });
  const module = find3(call, call.param(0));
  if (said.contents !== void 0) mustBeUnused(call, module);
  fill3(call, module, said);
  module.updated = call.now;
  call.action = "update-module";
  return {
    status: 200,
    json: {
      module: view8(module, {
        live_update: module.liveUpdate
      })
    }
  };
};
function mustBeUnused(call, module) {
  if (module.liveUpdate || appliedTo(call, module).length === 0) return;
  throw fault(403, "A module cannot be deleted or its contents modified if it has been applied to a non-terminated instance, unless the module has been marked as 'live_update.' Please remove the module from all non-terminated instances and try again.");
}
var deleteModule = (call) => {
  const module = find3(call, call.param(0));
  mustBeUnused(call, module);
  const { modules } = call.region;
  modules.splice(modules.indexOf(module), 1);
  call.action = "delete-module";
  return {
    status: 200
  };
};
var listModuleInstances = (call) => {
  const module = find3(call, call.param(0));
  const users = appliedTo(call, module);
  if (call.query.get("count_only")?.toLowerCase() !== "true") {
    return {
      status: 200,
      json: {
        instances: users.map((one2) => briefInstance(call, one2))
      }
    };
  }
  const counts = Map.groupBy(users, (one2) => one2.modules.get(module.id).md5);
  const instances = [
    ...counts
  ].map(([md52, all]) => {
    const dates = all.map((one2) => one2.modules.get(module.id).at);
    return {
      module_id: module.id,
      module_name: module.name,
      current: md52 === module.md5,
      module_md5: md52,
      instance_count: all.length,
      min_date_applied: seconds(Math.min(...dates)),
      max_date_applied: seconds(Math.max(...dates))
    };
  });
  return {
    status: 200,
    json: {
      instances
    }
  };
};
var reapplyModule = (call) => {
  call.policy("module:reapply");
  const said = call.inner("reapply", {
    properties: {
      md5: {
        type: "string"
      }
    }
  });
  const module = find3(call, call.param(0));
  for (const instance of appliedTo(call, module)) {
    const applied2 = instance.modules.get(module.id);
    const force2 = said.force === true || said.force === 1;
    if (said.md5 !== void 0 && applied2.md5 !== said.md5) continue;
    if (applied2.md5 === module.md5 && !force2) continue;
    instance.modules.set(module.id, {
      md5: module.md5,
      at: call.now
    });
    call.touched.push(instance);
  }
  call.action = "reapply-module";
  return ACCEPTED2;
};
function applied(module, md52) {
  return {
    id: module.id,
    name: module.name,
    type: module.type,
    datastore: module.datastore?.name ?? "all",
    datastore_version: module.version?.name ?? "all",
    tenant: module.project?.id ?? "all",
    md5: md52,
    auto_apply: module.autoApply,
    visible: module.visible,
    admin_only: module.isAdmin,
    status: "OK",
    message: "Applied by the simulator",
    created: null,
    updated: null,
    removed: null
  };
}
var listInstanceModules = (call) => {
  const instance = call.guest();
  const all = call.region.modules.filter((one2) => instance.modules.has(one2.id));
  return {
    status: 200,
    json: {
      modules: all.map((one2) => applied(one2, instance.modules.get(one2.id).md5))
    }
  };
};
var applyModules = (call) => {
  const said = call.list("modules", {
    type: "object",
    required: [
      "id"
    ]
  });
  const instance = call.guest();
  const modules = said.map(({ id }) => find3(call, String(id)));
  for (const module of modules) instance.modules.set(module.id, {
    md5: module.md5,
    at: call.now
  });
  call.action = "apply-modules";
  return {
    status: 200,
    json: {
      modules: modules.map((one2) => applied(one2, one2.md5))
    }
  };
};
var removeModule = (call) => {
  const instance = call.guest();
  const module = find3(call, call.param(1));
  if (!instance.modules.delete(module.id)) throw call.notFound(module.id);
  call.action = "remove-module";
  return {
    status: 200
  };
};

// openstack/trove/quotas.ts
var RESOURCES = [
  "backups",
  "instances",
  "ram",
  "volumes"
];
var showQuotas = (call) => {
  const id = call.param(0);
  if (id !== call.project.id) call.policy("quota:show");
  const project = call.region.facts.identity.projects.find((one2) => one2.id === id);
  const used = project === void 0 ? void 0 : usage(call.region, project);
  const limits = call.region.quotaOf(id);
  const quotas = RESOURCES.map((resource) => ({
    resource,
    in_use: used?.[resource] ?? 0,
    reserved: 0,
    limit: limits[resource]
  }));
  return {
    status: 200,
    json: {
      quotas
    }
  };
};
var updateQuotas = (call) => {
  call.onlyAdmin();
  const said = call.inner("quotas", {
    minProperties: 1
  });
  for (const [resource, limit] of Object.entries(said)) {
    if (!RESOURCES.includes(resource)) {
      throw fault(404, `Quota could not be found: ${resource}.`);
    }
    if (!Number.isInteger(Number(limit)) || limit === null) {
      throw fault(400, `Quota limit is no whole number: ${limit}.`);
    }
    if (Number(limit) < -1) throw fault(400, `Quota limit cannot be below -1: ${limit}.`);
  }
  const quota2 = call.region.quotaOf(call.param(0));
  for (const [resource, limit] of Object.entries(said)) quota2[resource] = Number(limit);
  call.action = "update-quotas";
  return {
    status: 200,
    json: {
      quotas: said
    }
  };
};

// openstack/trove/root.ts
var showRoot = (call) => ({
  status: 200,
  json: {
    rootEnabled: call.guest().root !== void 0
  }
});
var enableRoot = (call) => {
  const { body, user, now } = call.facts;
  const instance = call.guest();
  instance.root ??= {
    enabledAt: seconds(now),
    by: user.id
  };
  const said = isObject(body) && typeof body.password === "string" ? body.password : void 0;
  call.action = "enable-root";
  const password = said ?? call.region.facts.random.hex(12);
  return {
    status: 200,
    json: {
      user: {
        name: "root",
        password
      }
    }
  };
};
var disableRoot = (call) => {
  if (call.guest().root === void 0) {
    throw fault(404, "Root user has never been enabled on the instance.", false);
  }
  call.action = "disable-root";
  return {
    status: 204
  };
};

// openstack/trove/routes.ts
var ROUTES = {
  "GET /instances": listInstances,
  "GET /instances/detail": listInstancesInDetail,
  "POST /instances": createInstance,
  "GET /instances/{}": getInstance,
  "PUT /instances/{}": updateInstance,
  "PATCH /instances/{}": editInstance,
  "DELETE /instances/{}": deleteInstance,
  "POST /instances/{}/action": actOnInstance,
  "GET /instances/{}/backups": listInstanceBackups,
  "GET /instances/{}/configuration": showDefaults,
  "GET /instances/{}/log": listLogs,
  "POST /instances/{}/log": actOnLog,
  "GET /instances/{}/modules": listInstanceModules,
  "POST /instances/{}/modules": applyModules,
  "DELETE /instances/{}/modules/{}": removeModule,
  "GET /instances/{}/databases": listDatabases,
  "POST /instances/{}/databases": createDatabases,
  "GET /instances/{}/databases/{}": showDatabase,
  "DELETE /instances/{}/databases/{}": deleteDatabase,
  "GET /instances/{}/users": listUsers,
  "POST /instances/{}/users": createUsers,
  "PUT /instances/{}/users": changePasswords,
  "GET /instances/{}/users/{}": getUser2,
  "PUT /instances/{}/users/{}": updateUser2,
  "DELETE /instances/{}/users/{}": deleteUser2,
  "GET /instances/{}/users/{}/databases": listAccess,
  "PUT /instances/{}/users/{}/databases": grantAccess,
  "DELETE /instances/{}/users/{}/databases/{}": revokeAccess,
  "GET /instances/{}/root": showRoot,
  "POST /instances/{}/root": enableRoot,
  "DELETE /instances/{}/root": disableRoot,
  "GET /clusters/{}/root": showClusterRoot,
  "POST /clusters/{}/root": enableClusterRoot,
  "GET /backups": listBackups,
  "POST /backups": createBackup,
  "GET /backups/{}": getBackup,
  "DELETE /backups/{}": deleteBackup,
  "GET /backup_strategies": listStrategies,
  "POST /backup_strategies": createStrategy,
  "DELETE /backup_strategies": deleteStrategy,
  "GET /datastores": listDatastores,
  "GET /datastores/{}": getDatastore,
  "DELETE /datastores/{}": deleteDatastore,
  "GET /datastores/{}/versions": listVersions,
  "GET /datastores/{}/versions/{}": getVersion,
  "GET /datastores/versions/{}": getVersionById,
  "GET /datastores/{}/versions/{}/flavors": listVersionFlavors,
  "GET /datastores/{}/versions/{}/volume-types": listVolumeTypes,
  "GET /datastores/{}/versions/{}/parameters": listParameters,
  "GET /datastores/{}/versions/{}/parameters/{}": getParameter,
  "GET /datastores/versions/{}/parameters": listParametersByVersion,
  "GET /datastores/versions/{}/parameters/{}": getParameterByVersion,
  "GET /flavors": listFlavors,
  "GET /flavors/{}": getFlavor,
  "GET /limits": listLimits,
  "GET /configurations": listConfigurations,
  "POST /configurations": createConfiguration,
  "GET /configurations/{}": getConfiguration,
  "GET /configurations/{}/instances": listConfigurationInstances,
  "PATCH /configurations/{}": editConfiguration,
  "PUT /configurations/{}": updateConfiguration,
  "DELETE /configurations/{}": deleteConfiguration,
  "GET /modules": listModules,
  "POST /modules": createModule,
  "GET /modules/{}": getModule,
  "PUT /modules/{}": updateModule,
  "DELETE /modules/{}": deleteModule,
  "GET /modules/{}/instances": listModuleInstances,
  "PUT /modules/{}/instances": reapplyModule,
  "GET /clusters": listClusters,
  "POST /clusters": createCluster,
  "GET /clusters/{}": getCluster,
  "POST /clusters/{}": actOnCluster,
  "GET /clusters/{}/instances/{}": getClusterInstance,
  "DELETE /clusters/{}": deleteCluster,
  "GET /mgmt/instances": listAllInstances,
  "GET /mgmt/instances/{}": getAnyInstance,
  "POST /mgmt/instances/{}/action": actOnAnyInstance,
  "GET /mgmt/instances/{}/root": showRootHistory,
  "GET /mgmt/instances/{}/diagnostics": showDiagnostics,
  "GET /mgmt/instances/{}/hwinfo": showHardware,
  "GET /mgmt/instances/{}/rpc_ping": pingGuest,
  "POST /mgmt/instances/{}/upgrade": upgradeGuest,
  "GET /mgmt/clusters": listAllClusters,
  "GET /mgmt/clusters/{}": getAnyCluster,
  "POST /mgmt/clusters/{}/action": actOnAnyCluster,
  "GET /mgmt/quotas/{}": showQuotas,
  "PUT /mgmt/quotas/{}": updateQuotas,
  "GET /mgmt/datastore-versions": listAllVersions,
  "GET /mgmt/datastore-versions/{}": getAnyVersion,
  "POST /mgmt/datastore-versions": createVersion,
  "PATCH /mgmt/datastore-versions/{}": updateVersion,
  "DELETE /mgmt/datastore-versions/{}": deleteVersion,
  "GET /mgmt/datastores/versions/{}/parameters": listAllParameters,
  "POST /mgmt/datastores/versions/{}/parameters": createParameter,
  "GET /mgmt/datastores/versions/{}/parameters/{}": getAnyParameter,
  "PUT /mgmt/datastores/versions/{}/parameters/{}": updateParameter,
  "DELETE /mgmt/datastores/versions/{}/parameters/{}": deleteParameter
};

// openstack/trove/router.ts
var entries = Object.entries(ROUTES).map(([route2, handler]) => {
  const [method, path11] = route2.split(" ");
  return {
    route: route2,
    method,
    parts: path11.slice(1).split("/"),
    handler
  };
}).sort((a, b) => rank(a.parts) < rank(b.parts) ? -1 : 1);
var byFirst = Map.groupBy(entries, (one2) => `${one2.method} ${one2.parts[0]} ${one2.parts.length}`);
function rank(parts) {
  return parts.map((part) => part === "{}" ? "~" : part).join("/");
}
function match2(method, path11) {
  const parts = path11.slice(1).split("/");
  for (const { route: route2, parts: wanted2, handler } of byFirst.get(`${method} ${parts[0]} ${parts.length}`) ?? []) {
    if (!wanted2.every((part, i) => part === "{}" ? parts[i] !== "" : part === parts[i])) continue;
    const params = parts.filter((_, i) => wanted2[i] === "{}").map(decode);
    return {
      route: route2,
      handler,
      params
    };
  }
  return void 0;
}
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// openstack/trove/trove.ts
function serveTrove(request) {
  let found;
  try {
    if (request.path === "/" && request.method === "GET") return {
      reply: versions2(request),
      route: "GET /"
    };
    const { token, project, rest } = admit(request);
    request.limiter(project).take(request.method, rest, request.now);
    found = match2(request.method, rest);
    if (found === void 0) throw noRoute();
    return {
      reply: carryOut(request, token, project, found),
      route: found.route
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {
      reply: withChallenge(request, error.reply),
      route: found?.route
    };
  }
}
function withChallenge({ keystone }, reply) {
  if (reply.status !== 401) return reply;
  return {
    ...reply,
    headers: {
      ...reply.headers,
      "www-authenticate": `Keystone uri="${keystone.base}/"`
    }
  };
}
function admit(request) {
  const { keystone, path: path11 } = request;
  const [, wanted2 = "", rest = ""] = /^\/v1\.0\/([^/]*)(\/.*)?$/.exec(path11) ?? [];
  const value = request.headers.get("x-auth-token");
  const token = keystone.tokens.valid(value, request.now) ?? fakeToken(request, value);
  if (token === void 0) {
    const message = "The request you have made requires authentication.";
    const json = {
      error: {
        code: 401,
        title: "Unauthorized",
        message
      }
    };
    throw new Refusal(message, {
      status: 401,
      json
    });
  }
  const project = token.scope.kind === "project" ? token.scope.project : void 0;
  if (project === void 0 || project.id !== wanted2) {
    const text2 = `User with tenant id ${project?.id ?? "None"} cannot access this resource.`;
    throw layerFault(403, `Access was denied to this resource.<br /><br />
${text2}

`);
  }
  return {
    token,
    project,
    rest
  };
}
function fakeToken({ fakeAuth, keystone }, value) {
  if (!fakeAuth) return void 0;
  const project = keystone.identity.projects.find((one2) => one2.id === value);
  const user = keystone.identity.users.find((one2) => one2.defaultProject === project);
  return project === void 0 || user === void 0 ? void 0 : {
    user,
    scope: {
      kind: "project",
      project
    }
  };
}
function carryOut(request, token, project, found) {
  const { region, now } = request;
  const call = new Call({
    region,
    project,
    user: token.user,
    admin: isAdmin(token.user),
    limiter: request.limiter(project),
    host: request.host,
    path: request.path,
    params: found.params,
    query: request.query,
    body: bodyOf2(request),
    now
  });
  const writes = request.method !== "GET";
  try {
    const reply = found.handler(call);
    if (writes && !call.onlyRead) record(call, found.route);
    return reply;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (writes && error.leavesFault) {
      const message = error.message.replace(" (task status was", "\n(task status was").replace(" (instance status was", "\n(instance status was");
      for (const instance of call.touched) region.setFault(instance, message, now);
    }
    throw error;
  }
}
function record(call, route2) {
  const action = call.action ?? route2;
  const { region, now, project } = call;
  const common = {
    at: now,
    region: region.name,
    project: project.name,
    action
  };
  const about2 = call.touched.length === 0 ? [
    void 0
  ] : new Set(call.touched);
  for (const one2 of about2) region.executions.push({
    ...common,
    instanceId: one2?.id,
    name: one2?.name
  });
}
function bodyOf2({ method, headers, text: text2 }) {
  if (text2 === "" || method === "GET" || method === "DELETE") return void 0;
  const type = (headers.get("content-type") ?? "").replace(/;.*/, "").trim();
  if (type !== "application/json") {
    throw page2(415, "Unsupported Media Type", "The request media type is not supported by this server.");
  }
  try {
    return parseExact(text2);
  } catch {
    throw layerFault(400, "Malformed request body<br /><br />\n\n\n");
  }
}
function versions2({ protocol, host }) {
  const links = [
    {
      rel: "self",
      href: `${protocol}//${host}/v1.0/`
    }
  ];
  const json = {
    versions: [
      {
        id: "v1.0",
        status: "CURRENT",
        updated: "2012-08-01T00:00:00Z",
        links
      }
    ]
  };
  return {
    status: 200,
    json
  };
}

// openstack/simulator.ts
var HOUR = 36e5;
var OpenStackSim = class extends OpenStackControl {
  #limiters = /* @__PURE__ */ new Map();
  #options;
  #requestIds;
  /** Where clients find the parts. */
  addresses;
  constructor(options = {}) {
    const seed = options.seed ?? 1;
    const clock = options.clock ?? new VirtualClock();
    const chance = new Random(seed, 101);
    const faults = new Faults(() => chance.next());
    faults.latency = options.latency ?? 0;
    for (const rule of options.faults ?? []) faults.add(rule);
    const addresses2 = options.addresses ?? inventedAddresses(options.regions ?? [
      "RegionOne",
      "RegionTwo"
    ]);
    const keystone = makeKeystone(options, addresses2, seed);
    const regions = Object.keys(addresses2.database).map((name, i) => new Region({
      name,
      identity: keystone.identity,
      random: new Random(seed, 110 + i),
      durations: durations(options),
      spread: options.spread ?? 0.5,
      quota: quota(options),
      maxVolumeSize: options.maxVolumeSize ?? 25,
      clusters: options.clusters ?? false
    }));
    super(clock, keystone, regions, faults);
    this.addresses = addresses2;
    this.#options = options;
    this.#requestIds = new Random(seed, 102);
    for (const seeded of options.instances ?? []) this.add(seeded);
  }
  /**
   * Answers a request; to be used wherever a `fetch` is wanted. Rejects as `fetch` does: with the signal's reason
   * when aborted, with a TypeError when a fault kills the connection.
   */
  fetch = (input, init) => {
    const request = input instanceof Request && init === void 0 ? input : new Request(input, init);
    return this.#travel(request, request.signal);
  };
  /** The same for a server, which hears of an aborted request by itself. */
  answer(request) {
    return this.#travel(request, void 0);
  }
  #travel(request, signal) {
    const url = new URL(request.url);
    let entry;
    const arrived = () => void (entry = this.requests.arrived(request.method, url, this.clock.now()));
    return travel(request, signal, this.clock, this.faults, arrived, async (instead) => {
      const text2 = await request.text();
      const now = this.clock.now();
      const [route2, response] = instead === void 0 ? this.#serve(request, url, text2, now) : [
        "",
        instead
      ];
      if (entry !== void 0) this.requests.answered(entry, route2, response.status);
      response.headers.set("date", new Date(now).toUTCString());
      return response;
    });
  }
  #serve(request, url, text2, now) {
    const { method, headers } = request;
    const to = destinationOf(url, this.addresses);
    const common = {
      method,
      path: to.path,
      query: url.searchParams,
      headers,
      text: text2,
      now
    };
    if (to.service === "identity") {
      const reply2 = serveKeystone(this.keystone, common);
      const response = toResponse(reply2, method);
      response.headers.set("vary", "X-Auth-Token");
      response.headers.set("x-openstack-request-id", `req-${this.#requestIds.uuid()}`);
      if (reply2.status === 204) response.headers.delete("content-type");
      return [
        `identity ${method} ${to.path}`,
        response
      ];
    }
    const region = this.region(to.region);
    region.timeline.settle(now);
    const { reply, route: route2 } = serveTrove({
      ...common,
      region,
      keystone: this.keystone,
      limiter: (project) => this.#limiterOf(region, project.id, now),
      fakeAuth: this.#options.fakeAuth ?? false,
      host: url.host,
      protocol: url.protocol
    });
    return [
      route2 ?? "",
      toResponse(reply, method)
    ];
  }
  #limiterOf(region, project, now) {
    const key = `${region.name} ${project}`;
    let limiter = this.#limiters.get(key);
    if (limiter === void 0) this.#limiters.set(key, limiter = new Limiter(rates(this.#options), now));
    return limiter;
  }
};
function createOpenStack(options = {}) {
  return new OpenStackSim(options);
}
function makeKeystone(options, addresses2, seed) {
  const random = new Random(seed, 103);
  const type = options.legacyIdentity === "rackspace" ? "rax:database" : "database";
  return {
    identity: new Identity(options.users ?? DEFAULT_USERS, random),
    catalog: new Catalog(addresses2, type, () => random.hex(32)),
    tokens: new Tokens(random, options.tokenTtl ?? HOUR),
    base: addresses2.identity,
    legacy: options.legacyIdentity
  };
}
function durations({ transition }) {
  if (typeof transition !== "number") return {
    ...TRANSITIONS2,
    ...transition
  };
  const all = Object.fromEntries(Object.keys(TRANSITIONS2).map((name) => [
    name,
    transition
  ]));
  return {
    ...TRANSITIONS2,
    ...all,
    lag: Math.min(TRANSITIONS2.lag, transition / 10)
  };
}
function quota({ quota: quota2, instances = [] }) {
  const volumes = instances.reduce((sum, one2) => sum + (one2.volume ?? 1), 0);
  return {
    instances: Math.max(55, instances.length + 25),
    volumes: Math.max(200, volumes + 100),
    backups: 50,
    ram: -1,
    ...quota2
  };
}
function rates({ rateLimit }) {
  const all = typeof rateLimit === "number" ? rateLimit : 1e5;
  const one2 = typeof rateLimit === "object" ? rateLimit : {};
  return {
    POST: all,
    PUT: all,
    DELETE: all,
    GET: all,
    ...one2
  };
}

// openstack/showcase.ts
function showcaseInstances() {
  const kinds = [
    [
      "orders",
      "mysql",
      [
        "orders",
        "stock"
      ]
    ],
    [
      "users",
      "mysql",
      [
        "accounts"
      ]
    ],
    [
      "search",
      "postgresql",
      [
        "documents"
      ]
    ]
  ];
  const some = (stage, flavor, volume, count) => kinds.flatMap(([name, datastore, databases]) => Array.from({
    length: count
  }, (_, i) => ({
    name: `${stage}-${name}-${i + 1}`,
    datastore,
    databases,
    users: [
      "app"
    ],
    flavor,
    volume,
    ...datastore === "mysql" && i === 1 ? {
      version: "8.0.29"
    } : {}
  })));
  const billing = {
    name: "prod-billing",
    flavor: "4",
    volume: 20,
    databases: [
      "ledger"
    ],
    users: [
      "app"
    ]
  };
  return [
    ...some("staging", "1", 2, 4),
    ...some("prod", "3", 10, 4),
    billing,
    {
      ...billing,
      name: "prod-billing-replica",
      replicaOf: "prod-billing"
    },
    {
      name: "prod-reports",
      datastore: "postgresql",
      flavor: "2",
      volume: 5,
      status: "RESTART_REQUIRED"
    },
    {
      name: "dev-scratch",
      flavor: "1",
      volume: 1,
      public: true
    },
    {
      name: "dev-mariadb",
      datastore: "mariadb",
      flavor: "1",
      volume: 1
    },
    {
      name: "dev-broken",
      flavor: "1",
      volume: 1,
      status: "ERROR",
      fault: "Timeout waiting for the guest agent to report: no heartbeat after 600 seconds."
    }
  ];
}
function simulatedDatabases(options = {}) {
  const clock = options.clock ?? new VirtualClock();
  const sim = createOpenStack({
    instances: showcaseInstances(),
    maxVolumeSize: 500,
    ...options,
    clock
  });
  const user = sim.keystone.identity.users.find((one2) => one2.name === "demo") ?? sim.keystone.identity.users[0];
  if (user === void 0) {
    return Promise.reject(new RangeError("Cannot make the simulator as it has no users"));
  }
  return Promise.resolve({
    fetch: sim.fetch,
    clock,
    authUrl: `${sim.addresses.identity}/v3`,
    username: user.name,
    password: user.password,
    project: user.defaultProject.name,
    domain: "Default",
    region: sim.region().name,
    sim
  });
}

// openstack/serve.ts
function serveOpenStack(options = {}) {
  const { port = 0, speed = 1, killable = false, signal, ...rest } = options;
  const stopping = new AbortController();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: killable ? 0 : port,
    signal: stopping.signal,
    onListen: () => {
    }
  }, async (request, info) => {
    try {
      return await sim.answer(request);
    } catch (error) {
      if (!(error instanceof ConnectionFault)) {
        if (request.signal.aborted) return new Response(null, {
          status: 499
        });
        throw error;
      }
      if (killer?.kill(info.remoteAddr.port)) return new Response(null, {
        status: 499
      });
      throw new Error("Cannot cut a connection as the server was started without killable: true", {
        cause: error
      });
    }
  });
  const killer = killable ? startKiller(server.addr.port, port) : void 0;
  const outerPort = killer?.port ?? server.addr.port;
  const url = `http://127.0.0.1:${outerPort}`;
  const regions = options.regions ?? [
    "RegionOne",
    "RegionTwo"
  ];
  const sim = createOpenStack({
    instances: showcaseInstances(),
    maxVolumeSize: 500,
    ...rest,
    clock: rest.clock ?? new ScaledClock(speed),
    addresses: addressesAt(url, regions)
  });
  let closed;
  const close2 = () => closed ??= (async () => {
    await killer?.close();
    stopping.abort();
    await server.finished;
  })();
  signal?.addEventListener("abort", () => void close2(), {
    once: true
  });
  const authUrl = `${url}/identity/v3`;
  const environment = environmentOf(sim, authUrl);
  return Promise.resolve({
    url,
    authUrl,
    port: outerPort,
    sim,
    environment,
    close: close2
  });
}
function environmentOf(sim, authUrl) {
  const { users } = sim.keystone.identity;
  const user = users.find((one2) => one2.name === "demo") ?? users[0];
  if (user === void 0) throw new RangeError("Cannot serve the simulator as it has no users");
  return {
    OS_AUTH_TYPE: "password",
    OS_AUTH_URL: authUrl,
    OS_IDENTITY_API_VERSION: "3",
    OS_USERNAME: user.name,
    OS_PASSWORD: user.password,
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_NAME: user.defaultProject.name,
    OS_PROJECT_DOMAIN_NAME: "Default",
    OS_REGION_NAME: sim.region().name,
    OS_INTERFACE: "public"
  };
}

// scratch_home.ts
async function makeScratchHome(type = "ed25519") {
  const algorithm = type === "ed25519" ? {
    name: "Ed25519"
  } : {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1)
  };
  const pair = await crypto.subtle.generateKey(algorithm, true, [
    "sign",
    "verify"
  ]);
  const path11 = await Deno.makeTempDir({
    prefix: "muster-sim-"
  });
  const keyPath = `${path11}/.ssh/id_${type}`;
  const publicKey = await publicKeyLine(pair.publicKey, "muster-sim");
  await Deno.mkdir(`${path11}/.ssh`, {
    mode: 448
  });
  await Deno.writeTextFile(keyPath, await privateKeyFile(pair.privateKey, "muster-sim"), {
    mode: 384
  });
  await Deno.writeTextFile(`${keyPath}.pub`, publicKey + "\n");
  return {
    path: path11,
    keyPath,
    publicKey,
    keyId: parsePublicKey(publicKey).fingerprint,
    remove: () => Deno.remove(path11, {
      recursive: true
    })
  };
}

// ../chain/cancel.ts
var listeners = /* @__PURE__ */ new WeakMap();
function onAbort(signal, aborted2) {
  if (signal.aborted) {
    aborted2();
    return () => {
    };
  }
  let all = listeners.get(signal);
  if (!all) {
    const created = all = /* @__PURE__ */ new Set();
    listeners.set(signal, created);
    signal.addEventListener("abort", () => {
      listeners.delete(signal);
      for (const listener of created) listener();
    }, {
      once: true
    });
  }
  const mine = () => aborted2();
  all.add(mine);
  return () => void all.delete(mine);
}

// ../chain/clock.ts
var systemClock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(() => {
        forget?.();
        resolve();
      }, Math.min(Math.max(ms, 0), 2 ** 31 - 1));
      const forget = signal && onAbort(signal, () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });
  },
  guard(ms, over) {
    const time = AbortSignal.timeout(Math.min(Math.max(ms, 0), 2 ** 31 - 1));
    time.addEventListener("abort", over, {
      once: true
    });
    return () => time.removeEventListener("abort", over);
  },
  hold: (work2) => work2()
};
var STOPPED = new DOMException("The time limit is no longer needed", "AbortError");

// feed_socket.ts
var UUID8 = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
function serveFeed(sim, socket, owner) {
  let subscription;
  const tell = (change3) => {
    if (subscription === void 0 || socket.readyState !== WebSocket.OPEN) return;
    const { subResources, vms } = subscription;
    if (!change3.changeKind.subResources.some((each) => subResources.includes(each))) return;
    if (vms !== void 0 && !vms.includes(change3.changedResourceId)) return;
    socket.send(JSON.stringify(change3));
  };
  const stop = sim.subscribe(tell, owner);
  socket.onmessage = ({ data }) => {
    subscription = readSubscription(data) ?? subscription;
  };
  socket.onclose = stop;
  socket.onerror = stop;
}
function readSubscription(data) {
  let frame;
  try {
    frame = JSON.parse(String(data));
  } catch {
    return void 0;
  }
  const { resource, subResources, vms } = frame ?? {};
  const known = SUB_RESOURCES;
  if (resource !== "vm" || !Array.isArray(subResources) || subResources.some((each) => !known.includes(each))) {
    return void 0;
  }
  if (vms && (!Array.isArray(vms) || vms.some((id) => typeof id !== "string" || !UUID8.test(id)))) {
    return void 0;
  }
  return {
    subResources,
    vms: vms ? vms : void 0
  };
}

// serve.ts
function serve(options = {}) {
  const { port = 0, speed = 1, killable = false, signal, ...rest } = options;
  if (!(speed > 0)) throw new RangeError(`Cannot serve as the speed is not above zero: ${speed}`);
  const sim = createCloudApi({
    ...rest,
    clock: rest.clock ?? systemClock
  });
  const { settings } = sim.world;
  for (const name of [
    "transition",
    "updates",
    "lag"
  ]) {
    settings[name] = {
      min: settings[name].min / speed,
      max: settings[name].max / speed
    };
  }
  settings.purgeAfter /= speed;
  const sockets = /* @__PURE__ */ new Set();
  const stopping = new AbortController();
  const connections = {};
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: killable ? 0 : port,
    signal: stopping.signal,
    onListen: () => {
    }
  }, async (request, info) => {
    const { hostname, port: from } = info.remoteAddr;
    try {
      const response = await sim.answer(request, hostname, stopping.signal);
      const owner = sim.feedOf(response);
      if (owner === void 0) return response;
      const { socket, response: upgraded } = Deno.upgradeWebSocket(request);
      sockets.add(socket);
      socket.addEventListener("close", () => sockets.delete(socket));
      serveFeed(sim, socket, owner);
      return upgraded;
    } catch (error) {
      if (!(error instanceof ConnectionFault)) {
        if (stopping.signal.aborted) return new Response(null, {
          status: 499
        });
        throw error;
      }
      if (connections.killer?.kill(from)) return new Response(null, {
        status: 499
      });
      const message = "Cannot cut the connection as the simulator is served without `killable: true`";
      return Response.json({
        message
      }, {
        status: 500
      });
    }
  });
  if (killable) connections.killer = startKiller(server.addr.port, port);
  let closed;
  const close2 = () => closed ??= (async () => {
    for (const socket of sockets) socket.close();
    await connections.killer?.close();
    stopping.abort();
    await server.finished;
  })();
  signal?.addEventListener("abort", () => void close2(), {
    once: true
  });
  return Promise.resolve({
    url: `http://127.0.0.1:${connections.killer?.port ?? server.addr.port}`,
    sim,
    close: close2
  });
}

// main.ts
var HELP = `Serves a simulated Triton datacenter, and a simulated Keystone and Trove, on 127.0.0.1 until Ctrl-C.

Options:
  --port N         port of the datacenter (default: any free one)
  --os-port N      port of Keystone and Trove (default: any free one)
  --machines N     how many machines there are (default: about 60 of all sorts)
  --seed N         equal seeds give equal datacenters (default: 1)
  --speed N        machines change N times as fast (default: 1; a stop takes 10 to 30 s)
  --throttle B/R   rate limit: B requests at once, R per second (default: 30/10)
  --no-throttle    no rate limit
  --rsa            an RSA-2048 key instead of an Ed25519 one
  --help           this text
`;
var write = (stream, text2) => void stream.writeSync(new TextEncoder().encode(text2));
function fail2(message) {
  write(Deno.stderr, `${message}
Try --help.
`);
  Deno.exit(2);
}
function number(name, text2, low) {
  if (text2 === void 0) return void 0;
  const value = Number(text2);
  if (text2.trim() === "" || !(value >= low)) {
    fail2(`Cannot start as --${name} must be a number from ${low}: ${text2}`);
  }
  return value;
}
async function parse(args) {
  const { parseArgs } = await import("node:util");
  const text2 = {
    type: "string"
  };
  const flag2 = {
    type: "boolean"
  };
  try {
    return parseArgs({
      args,
      options: {
        port: text2,
        "os-port": text2,
        machines: text2,
        seed: text2,
        speed: text2,
        throttle: text2,
        "no-throttle": flag2,
        rsa: flag2,
        help: flag2
      }
    }).values;
  } catch (error) {
    fail2(`Cannot start as an option is wrong: ${error.message}`);
  }
}
async function main(args = Deno.args) {
  const options = await parse(args);
  if (options.help) return write(Deno.stdout, HELP);
  const [burst, rate] = (options.throttle ?? "30/10").split("/").map(Number);
  if (!(burst >= 1 && rate > 0)) fail2(`Cannot start as --throttle must be like 30/10: ${options.throttle}`);
  const port = number("port", options.port, 0) ?? 0;
  const databasesPort = number("os-port", options["os-port"], 0) ?? 0;
  const machines = number("machines", options.machines, 0) ?? showcase();
  const seed = number("seed", options.seed, 0) ?? 1;
  const speed = number("speed", options.speed, 1e-3) ?? 1;
  const home = await makeScratchHome(options.rsa ? "rsa" : "ed25519");
  try {
    const server = await serve({
      port,
      machines,
      seed,
      speed,
      account: "sim",
      keys: [
        home.publicKey
      ],
      throttle: options["no-throttle"] ? false : {
        burst,
        rate
      }
    });
    const databases = await serveOpenStack({
      port: databasesPort,
      speed,
      seed
    });
    write(Deno.stdout, `export TRITON_URL=${server.url}
export TRITON_ACCOUNT=sim
export TRITON_KEY_ID=${home.keyId}
export MUSTER_KEY_PATH=${home.keyPath}
` + Object.entries(databases.environment).map(([name, value]) => `export ${name}=${value}
`).join(""));
    write(Deno.stderr, `A simulated datacenter is at ${server.url}. For clients that look for keys in ~/.ssh: HOME=${home.path}
A simulated Keystone is at ${databases.authUrl}.
Ctrl-C ends both.
`);
    await interrupted();
    await Promise.all([
      server.close(),
      databases.close()
    ]);
  } finally {
    await home.remove();
  }
}
function interrupted() {
  return new Promise((resolve) => {
    const stop = () => {
      Deno.removeSignalListener("SIGINT", stop);
      Deno.removeSignalListener("SIGTERM", stop);
      resolve();
    };
    Deno.addSignalListener("SIGINT", stop);
    Deno.addSignalListener("SIGTERM", stop);
  });
}
if (false) await main();
export {
  main,
  simulatedDatabases,
  simulatedDatacenter
};
