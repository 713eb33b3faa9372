/** The part of htmx that our scripts call. */
declare const htmx: {
  ajax(
    verb: "GET" | "POST",
    path: string,
    context: { target: string; swap?: string; push?: string; source?: Element },
  ): Promise<void>;
};

/** What htmx says in the details of its events. */
interface HtmxDetail {
  elt: HTMLElement;
  target: HTMLElement;
  path: string;
  formData: FormData;
  successful?: boolean;
  requestConfig: { verb: string; elt: HTMLElement; triggeringEvent?: Event };
  xhr: XMLHttpRequest;
}
