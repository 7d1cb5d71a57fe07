/**
 * The images in every simulated datacenter.
 *
 * @module
 */
import { stableId } from "../stable_id.ts";

/** An image in the backend. */
export interface Img {
  id: string;
  name: string;
  version: string;
  os: string;
  type: "zone-dataset" | "lx-dataset" | "zvol";
  description: string;
  homepage: string;
  published: string;
  owner: string;
  public: boolean;
  state: "active" | "unactivated" | "disabled" | "creating" | "failed" | "destroyed";
  requirements: {
    min_ram?: number;
    max_ram?: number;
    brand?: string;
    bootrom?: string;
    password?: boolean;
    networks?: { name: string; description: string }[];
  };
  tags: Record<string, unknown>;
  files: { compression: string; sha1: string; size: number }[];
  /** MiB; for `zvol` images only. */
  size?: number;
  acl?: string[];
  eula?: string;
  origin?: string;
  error?: { code: string; message: string };
}

/** The owner of the public images. */
export const OPERATOR_ID = "930896af-bf8c-48d4-885c-6573a94b1853";

function image(name: string, version: string, published: string, more: Partial<Img> = {}): Img {
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
    tags: { role: "os", group: name },
    files: [{
      compression: "gzip",
      sha1: (id + stableId(id)).replaceAll("-", "").slice(0, 40),
      size: 110_742_036,
    }],
    ...more,
  };
}

const lx = { os: "linux", type: "lx-dataset", requirements: { min_ram: 256, brand: "lx" } } as const;
const hvm = { os: "linux", type: "zvol", size: 10_240 } as const;

/** All images, oldest first. */
export function imageCatalog(): Img[] {
  return [
    image("smartos", "20191219T203050Z", "2019-12-19"),
    image("base-64-lts", "18.4.0", "2019-01-21", { requirements: { min_ram: 128 } }),
    image("base-64-lts", "21.4.1", "2022-04-05", { requirements: { min_ram: 128 } }),
    image("ubuntu-20.04", "20210413", "2021-04-13", lx),
    image("ubuntu-22.04", "20220907", "2022-09-07", lx),
    image("debian-11-bhyve", "20220228", "2022-02-28", { ...hvm, requirements: { brand: "bhyve" } }),
    image("ubuntu-certified-18.04", "20190627.1", "2019-06-28", { ...hvm, requirements: { brand: "kvm" } }),
    image("minimal-64", "21.4.0", "2022-02-17"),
    image("minimal-64", "23.4.0", "2024-01-15"),
    image("base-64-lts", "23.4.0", "2024-01-16", { requirements: { min_ram: 128 } }),
    image("debian-12", "20240612", "2024-06-12", lx),
    image("debian-12-bhyve", "20240612", "2024-06-12", { ...hvm, requirements: { brand: "bhyve" } }),
    image("old-base", "1.0.0", "2013-01-01", { state: "disabled" }),
  ];
}
