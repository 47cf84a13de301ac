// Requests to the server that this page comes from.

const tokenKey = "storefront.token";

/** What the server answered instead of a result; `status` is 0 where it did not answer. */
export class ApiError extends Error {
  constructor(status, problem, retryAfter = 0) {
    super(problem.detail || problem.title || `status ${status}`);
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** Whether the server is away, starting or overloaded, rather than refusing this request. */
  get isOutage() { return this.status === 0 || this.status >= 502; }
}

/** The bearer token, for servers that want one; kept for this tab only. */
export const token = {
  get: () => sessionStorage.getItem(tokenKey) ?? "",
  set: (value) => (value ? sessionStorage.setItem(tokenKey, value) : sessionStorage.removeItem(tokenKey)),
};

/** A path with its query; parameters without a value are left out. */
export function address(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value != null && value !== "") query.set(name, value);
  }
  return query.size ? `${path}?${query}` : path;
}

/** One segment of a path, out of any text. */
export const segment = encodeURIComponent;

export async function request(url, { method = "GET", body, timeout = 10_000 } = {}) {
  const headers = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET" && token.get()) headers.authorization = `Bearer ${token.get()}`;
  let response, value;
  try {
    response = await fetch(url, {
      method, headers, cache: "no-store", signal: AbortSignal.timeout(timeout),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    value = await response.json();
  } catch (error) {
    if (response && !response.ok) throw new ApiError(response.status, {});
    throw new ApiError(0, { detail: error.name === "TimeoutError" ? "no answer in time" : "no connection" });
  }
  if (!response.ok) {
    throw new ApiError(response.status, value ?? {}, Number(response.headers.get("retry-after")) || 0);
  }
  return value;
}
