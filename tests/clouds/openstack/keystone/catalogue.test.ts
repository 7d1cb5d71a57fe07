import assert from "node:assert/strict";
import {
  expandEndpoint,
  findEndpoint,
  readCatalogueV2,
  readCatalogueV3,
} from "../../../../lib/clouds/openstack/keystone/catalogue.ts";
import { readInterface } from "../../../../lib/clouds/openstack/settings/endpoint_choice.ts";

const two = readCatalogueV3([
  { type: "identity", name: "keystone", endpoints: [] },
  {
    type: "database",
    name: "trove",
    endpoints: [
      { interface: "public", region_id: "North", url: "https://north.example.org/v1.0/p/" },
      { interface: "internal", region_id: "North", url: "http://10.0.0.1/v1.0/p" },
      { interface: "public", region: "South", url: "https://south.example.org/v1.0/p" },
      { interface: "sideways", region: "South", url: "https://x" },
    ],
  },
]);

Deno.test("an address is found by region and interface", () => {
  assert.equal(findEndpoint(two, { region: "North" }).url, "https://north.example.org/v1.0/p");
  assert.equal(findEndpoint(two, { region: "South" }).url, "https://south.example.org/v1.0/p");
  assert.equal(findEndpoint(two, { region: "North", interface: "internal" }).url, "http://10.0.0.1/v1.0/p");
  // Only one region has an internal one, so there is nothing to choose.
  assert.equal(findEndpoint(two, { interface: "internal" }).region, "North");
});

Deno.test("what is not there is answered with what is", () => {
  assert.throws(
    () => findEndpoint(two, { region: "East" }),
    /region "East" has none\. It is in North, South\.$/,
  );
  assert.throws(
    () => findEndpoint(two, { region: "South", interface: "admin" }),
    /no admin interface\. It has public\.$/,
  );
  assert.throws(
    () => findEndpoint(two, { types: ["dns"] }),
    /no service of this type\. Its services are database, identity\.$/,
  );
  assert.throws(() => findEndpoint(two, { name: "x" }), /none has the name "x"\. The names are trove\.$/);
  assert.throws(() => findEndpoint([], {}), /without a service catalogue\. Log in with a project/);
  assert.throws(
    () => findEndpoint(two, { region: "prod", clouds: ["a", "b"] }),
    /Cannot find "prod": it is neither a cloud nor a region .*clouds are a, b; the regions with databases are North, South\.$/,
  );
});

Deno.test("which of two regions is acted upon is never chosen for the user", () => {
  assert.throws(
    () => findEndpoint(two, {}),
    /several regions have it, and none was chosen\. Choose one of North, South/,
  );
});

Deno.test("a v2.0 catalogue with Rackspace's service type is read alike", () => {
  const catalogue = readCatalogueV2([{
    type: "rax:database",
    name: "cloudDatabases",
    endpoints: [{ region: "DFW", publicURL: "https://dfw.example.org/v1.0/1", tenantId: "1" }],
  }]);
  assert.equal(findEndpoint(catalogue, { region: "DFW" }).url, "https://dfw.example.org/v1.0/1");
});

Deno.test("a project's place in a given address is filled", () => {
  for (const place of ["%(project_id)s", "$(tenant_id)s", "{project_id}", "%(tenant_id)s"]) {
    assert.equal(expandEndpoint(`http://h/v1.0/${place}/`, "p1"), "http://h/v1.0/p1");
  }
  assert.equal(expandEndpoint("http://h/v1.0/p2", undefined), "http://h/v1.0/p2");
  assert.throws(() => expandEndpoint("http://h/%(project_id)s", undefined), /the token has no project/);
});

Deno.test("an interface may be spelled as older tools do", () => {
  assert.deepEqual(["publicURL", "Internal", "admin", "x"].map(readInterface), [
    "public",
    "internal",
    "admin",
    undefined,
  ]);
});

const service = (name: string, url: string, side: "public" | "internal" = "public") => ({
  type: "database",
  name,
  endpoints: [{ interface: side, region: "One", url }],
});

Deno.test("two services of one type in a region are named, and none is chosen for anybody", () => {
  const two = [service("trove", "http://new.test"), service("trove-old", "http://old.test")];
  assert.throws(
    () => findEndpoint(two, {}),
    /2 services of this type are there.*trove at http:\/\/new\.test, trove-old at http:\/\/old\.test.*OS_DATABASE_SERVICE_NAME/,
  );
  assert.equal(findEndpoint(two, { name: "trove-old" }).url, "http://old.test");
  assert.equal(findEndpoint([two[0]!, service("again", "http://new.test")], {}).url, "http://new.test");
});

Deno.test("of several interfaces the first that is there is taken", () => {
  const only = [service("trove", "http://inside.test", "internal")];
  assert.equal(findEndpoint(only, { interface: ["public", "internal"] }).url, "http://inside.test");
  assert.throws(
    () => findEndpoint(only, { interface: ["public", "admin"] }),
    /it has no public or admin interface/,
  );
});

Deno.test("a token for a domain is told that it needs a project", () => {
  const identity = [{ ...service("keystone", "http://k.test"), type: "identity" }];
  assert.throws(
    () => findEndpoint(identity, { tokenIsFor: "a domain" }),
    /the token is for a domain, and services such as this one are for projects. Log in with a project/,
  );
});
