/**
 * OpenAPI files for `muster describe`, each in the manner of a real API: its names, its pages, its way to act.
 *
 * @module
 */

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ content: { "application/json": { schema } } });
const inPath = (name: string) => ({ name, in: "path", required: true, schema: { type: "string" } });
const inQuery = (name: string, schema: object = { type: "string" }) => ({ name, in: "query", schema });

/**
 * Like CloudAPI's: OpenAPI 3.0, an account in every path, offsets, states listed, and one POST whose query names the
 * action.
 */
export const MACHINES = {
  openapi: "3.0.3",
  info: { title: "Small CloudAPI", version: "1.0" },
  paths: {
    "/{account}/machines": {
      get: {
        summary: "List machines",
        parameters: [
          inPath("account"),
          inQuery("limit", { type: "integer", maximum: 50 }),
          inQuery("offset", { type: "integer" }),
          inQuery("state", ref("MachineState")),
          inQuery("tombstone", { type: "boolean" }),
        ],
        responses: { "200": { description: "all", ...json({ type: "array", items: ref("Machine") }) } },
      },
      post: {
        summary: "Create a machine",
        requestBody: json(ref("CreateMachineRequest")),
        responses: { "201": json(ref("Machine")) },
      },
    },
    "/{account}/machines/{machine}": {
      get: { responses: { "200": json(ref("Machine")) } },
      delete: { summary: "Delete a machine", responses: { "204": { description: "gone" } } },
      post: {
        summary: "Act on a machine",
        parameters: [inQuery("action", ref("MachineAction"))],
        requestBody: json({}),
        responses: { "202": { description: "accepted" } },
      },
    },
    "/{account}/machines/{machine}/snapshots": {
      get: {
        responses: {
          "200": json({ type: "array", items: { type: "object", properties: { name: { type: "string" } } } }),
        },
      },
      post: { responses: { "201": {} } },
    },
    "/{account}/machines/{machine}/snapshots/{name}": { delete: { responses: { "204": {} } } },
    "/{account}/packages": {
      get: { responses: { "200": json({ type: "array", items: ref("Package") }) } },
    },
    "/{account}/rules/{id}/machines": {
      get: { responses: { "200": json({ type: "array", items: ref("Machine") }) } },
    },
    "/{account}/config": {
      get: { responses: { "200": json({ type: "object", properties: { net: { type: "string" } } }) } },
    },
  },
  components: {
    schemas: {
      MachineState: {
        type: "string",
        enum: ["running", "stopping", "stopped", "provisioning", "failed", "deleted", "unknown"],
      },
      MachineAction: {
        oneOf: [
          { type: "string", enum: ["start", "stop", "rename"] },
          { type: "string", enum: ["unknown"] },
        ],
      },
      RenameMachineRequest: {
        type: "object",
        properties: { name: { type: "string", description: "The new name" } },
        required: ["name"],
      },
      CreateMachineRequest: {
        type: "object",
        properties: {
          name: { type: "string" },
          image: { type: "string" },
          "tag-list": { type: "array", items: { type: "string" }, nullable: true },
        },
        required: ["image"],
      },
      Machine: {
        type: "object",
        description: "A machine. */ }); // not code",
        properties: {
          id: { type: "string", format: "uuid" },
          name: { type: "string" },
          state: { allOf: [ref("MachineState")], description: "Where it is" },
          memory: { type: "integer", nullable: true },
          tags: { type: "object", additionalProperties: { type: "string" } },
          parent: ref("Machine"),
          created: { type: "string", format: "date-time" },
          updated: { type: "string", format: "date-time" },
        },
        required: ["id", "name", "state", "created", "updated"],
      },
      Package: {
        type: "object",
        properties: { name: { type: "string" }, memory: { type: "integer" } },
        required: ["name"],
      },
    },
  },
};

/**
 * As those of clouds that number pages and wrap records: OpenAPI 3.1 in YAML, an action for each path, and a password in the
 * answer to a creation.
 */
export const SERVERS = `
openapi: 3.1.0
info: { title: Cloud of Servers, version: 2 }
servers:
  - url: https://{region}.cloud.example.com/v1/
    variables: { region: { default: eu } }
security: [{ token: [] }]
x-list: &list
  200:
    content:
      application/json:
        schema:
          type: object
          properties:
            servers: { type: array, items: { $ref: "#/components/schemas/server" } }
            meta:
              type: object
              properties:
                pagination: { type: object, properties: { next_page: { type: [integer, "null"] } } }
paths:
  /servers/:
    get:
      parameters:
        - { name: page, in: query, schema: { type: integer } }
        - { name: name, in: query, schema: { type: string } }
      responses: { <<: *list }
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties: { server: { type: object, properties: { name: { type: string }, size: { type: string } } } }
      responses:
        202:
          content:
            application/json:
              schema:
                type: object
                properties: { server: { $ref: "#/components/schemas/server" }, root_password: { type: string } }
  /servers/{id}/:
    get: { responses: { 200: { content: { application/json: { schema: { type: object, properties: { server: { $ref: "#/components/schemas/server" } } } } } } } }
    put:
      requestBody: { content: { application/json: { schema: { type: object, properties: { name: { type: string } } } } } }
      responses: { 200: {} }
    delete: { responses: { 204: {} } }
  /servers/{id}/actions/:
    get: { responses: { 200: {} } }
  /servers/{id}/actions/power-on/:
    post: { summary: "Power on", responses: { 201: {} } }
  /servers/{id}/actions/reinstall/:
    post: { responses: { 201: {} } }
  /servers/{id}/metrics/:
    get: { responses: { 200: {} } }
components:
  securitySchemes:
    token: { type: http, scheme: bearer }
  schemas:
    server:
      type: object
      required: [id, name, status]
      properties:
        id: { type: integer }
        name: { type: string }
        status: { enum: [running, off, starting, deleting] }
        fault: { anyOf: [{ type: object, properties: { message: { type: string } } }, { type: "null" }] }
`;

/** As Docker's: Swagger 2, a word of its own for a name, no pages, and states only in words. */
export const CONTAINERS = {
  swagger: "2.0",
  info: { title: "Engine", version: "1.50" },
  host: "engine.example.com",
  basePath: "/v1.50",
  schemes: ["http"],
  securityDefinitions: { key: { type: "apiKey", in: "header", name: "X-Key" } },
  paths: {
    "/containers/json": { get: { responses: { "200": { schema: { type: "object" } } } } },
    "/containers": {
      get: { responses: { "200": { schema: { type: "array", items: { $ref: "#/definitions/Summary" } } } } },
    },
    "/containers/{id}": {
      parameters: [{ name: "id", in: "path", type: "string", required: true }],
      get: { responses: { "200": { schema: { $ref: "#/definitions/Summary" } } } },
      delete: { responses: { "204": { description: "gone" } } },
    },
    "/containers/{id}/start": { post: { summary: "Start it", responses: { "204": {} } } },
    "/containers/{id}/action": {
      post: {
        parameters: [{
          name: "body",
          in: "body",
          schema: {
            type: "object",
            properties: { "os-run": {}, resize: { type: "object", properties: { w: { type: "number" } } } },
          },
        }],
        responses: { "202": {} },
      },
    },
  },
  definitions: {
    Summary: {
      type: "object",
      properties: {
        Id: { type: "string" },
        Status: { type: "string", description: "created, running or exited" },
      },
    },
  },
};
