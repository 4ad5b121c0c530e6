#!/usr/bin/env python3
"""The real Parlant server, its own API, engine, stores and limits, with a scripted model behind it.

The tests need the server's behaviour, not a model's words: every generation waits --delay and answers the same text,
so a run needs no network, no key and no model, and what a client should have measured is known beforehand.
Prints `READY agent_id=... port=...` when it answers; SIGTERM or SIGINT ends it.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile


def arguments():
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--port", type=int, required=True)
    cli.add_argument("--tool-port", type=int, required=True, help="a second listener that Parlant opens, loopback only")
    cli.add_argument("--policy", choices=["production", "development"], default="development",
                     help="production: limits per client IP, and no more rights than a guest's")
    cli.add_argument("--delay", type=float, default=0.2, help="seconds that a generation takes")
    cli.add_argument("--fail-share", type=float, default=0.0, help="share of generations that raise, 0 to 1")
    cli.add_argument("--pacing", choices=["none", "default"], default="none",
                     help="default: preambles, pauses and split replies, as Parlant comes")
    cli.add_argument("--stream", action="store_true", help="replies arrive word by word")
    cli.add_argument("--word-delay", type=float, default=0.05, help="seconds between streamed words")
    cli.add_argument("--reply", default="A scripted reply to your message.")
    return cli.parse_args()


def smallest(schema, definitions):
    """The least JSON value that satisfies a schema as pydantic writes them."""
    if "$ref" in schema:
        return smallest(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    for key, pick in (("default", lambda v: v), ("const", lambda v: v), ("enum", lambda v: v[0])):
        if key in schema:
            return pick(schema[key])
    if "anyOf" in schema:
        choices = schema["anyOf"]
        return None if {"type": "null"} in choices else smallest(choices[0], definitions)
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        return {name: smallest(properties[name], definitions) for name in schema.get("required", [])}
    return {"string": "scripted", "integer": 1, "number": 1.0, "boolean": False, "array": []}.get(schema.get("type"))


def scripted_model(options):
    """Parlant's NLPService over a script; made here because Parlant reads its environment when it is imported."""
    import parlant.sdk as p
    from parlant.core.nlp.embedding import Embedder, EmbeddingResult
    from parlant.core.nlp.generation import (BaseSchematicGenerator, BaseStreamingTextGenerator,
                                             SchematicGenerationResult)
    from parlant.core.nlp.generation_info import GenerationInfo, UsageInfo
    from parlant.core.nlp.moderation import NoModeration
    from parlant.core.nlp.tokenization import ZeroEstimatingTokenizer

    # What reaches the customer, by the schema of the generation that writes it.
    spoken = {
        "CannedResponsePreambleSchema": {"preamble": "Just a moment"},
        "CannedResponseDraftSchema": {"response_body": options.reply},
        "CannedResponseRevisionSchema": {"revised_canned_response": options.reply},
    }

    async def generate():
        await asyncio.sleep(options.delay)
        if random.random() < options.fail_share:
            raise RuntimeError("a scripted failure of the model")

    class Generator(BaseSchematicGenerator[p.T]):
        id = "scripted/generator"
        max_tokens = 100_000
        tokenizer = ZeroEstimatingTokenizer()

        async def do_generate(self, prompt, hints={}):
            await generate()
            schema = self.schema.model_json_schema()
            content = smallest(schema, schema.get("$defs", {})) | spoken.get(self.schema.__name__, {})
            return SchematicGenerationResult(
                content=self.schema.model_validate(content),
                info=GenerationInfo(self.schema.__name__, self.id, options.delay, UsageInfo(1, 1)))

    class Streamer(BaseStreamingTextGenerator):
        id = "scripted/streamer"
        tokenizer = ZeroEstimatingTokenizer()

        async def do_generate(self, prompt, hints={}):
            await generate()

            async def words():
                for word in options.reply.split():
                    yield word + " "
                    await asyncio.sleep(options.word_delay)
                yield None

            return words(), lambda: UsageInfo(1, 1)

    class NoEmbedder(Embedder):
        id = "scripted/embedder"
        max_tokens = 100_000
        dimensions = 4
        tokenizer = ZeroEstimatingTokenizer()

        async def embed(self, texts, hints={}):
            return EmbeddingResult(vectors=[[1.0, float(len(text)), 0.0, 0.0] for text in texts])

    class Script(p.NLPService):
        supports_streaming = True

        def __init__(self, container):
            self._parts = (container[p.Logger], container[p.Tracer], container[p.Meter], "scripted")

        async def get_schematic_generator(self, t, hints={}):
            return Generator[t](*self._parts)

        async def get_streaming_text_generator(self, hints={}):
            return Streamer(*self._parts)

        async def get_embedder(self, hints={}):
            return NoEmbedder()

        async def get_moderation_service(self):
            return NoModeration()

    return Script


async def announce(port, agent_id):
    """Says READY once the port takes connections; at most a minute."""
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
            continue
        writer.close()
        print(f"READY agent_id={agent_id} port={port}", flush=True)
        return


async def serve(options):
    import parlant.sdk as p
    from parlant.core.engines.alpha.perceived_performance_policy import NullPerceivedPerformancePolicy

    unpaced = NullPerceivedPerformancePolicy() if options.pacing == "none" else None
    async with p.Server(host="127.0.0.1", port=options.port, tool_service_port=options.tool_port,
                        nlp_service=scripted_model(options), log_level=p.LogLevel.WARNING) as server:
        agent = await server.create_agent(
            name="Scripted", description="Answers every message with the same words.",
            output_mode=p.OutputMode.STREAM if options.stream else p.OutputMode.BLOCK,
            perceived_performance_policy=unpaced)
        announcement = asyncio.create_task(announce(options.port, agent.id))
    # Leaving the block serves until a signal comes.
    announcement.cancel()


def main():
    options = arguments()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="lsrun-parlant-", ignore_cleanup_errors=True) as home:
        os.environ.update(PARLANT_HOME=home, PARLANT_ENV=options.policy)  # both are read at Parlant's import
        try:
            asyncio.run(serve(options))
        except KeyboardInterrupt:
            pass
    sys.stdout.flush()


if __name__ == "__main__":
    main()
