using System.Text.Json.Nodes;

namespace Attention.Text.Tests;

/// <summary>tokenizer.json of byte-level kinds, as checkpoints bring them.</summary>
internal static class ByteLevelKinds
{
    public static string Gpt2 => ByteRanks.Json("gpt2", """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""",
        postProcessor: """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":true}""", pairsAsStrings: true);

    public static string Roberta => ByteRanks.Json("gpt2", """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""",
        postProcessor: """{"type":"RobertaProcessing","sep":["</s>",50257],"cls":["<s>",50256],"trim_offsets":true,"add_prefix_space":true}""",
        added: [ByteRanks.Added("<s>", 50256), ByteRanks.Added("</s>", 50257, normalized: true), ByteRanks.Added("<mask>", 50258, lstrip: true)]);

    public static string Llama3 => ByteRanks.Json("cl100k_base", Split(Expressions.Llama3),
        postProcessor: """
            {"type":"Sequence","processors":[{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":true},
            {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<|begin_of_text|>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
            "pair":[{"SpecialToken":{"id":"<|begin_of_text|>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"<|begin_of_text|>","type_id":1}},{"Sequence":{"id":"B","type_id":1}}],
            "special_tokens":{"<|begin_of_text|>":{"id":"<|begin_of_text|>","ids":[100256],"tokens":["<|begin_of_text|>"]}}}]}
            """,
        added: [ByteRanks.Added("<|begin_of_text|>", 100256)], ignoreMerges: true);

    public static string Qwen2 => ByteRanks.Json("gpt2", Split(Expressions.Qwen2), """{"type":"NFC"}""", """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false}""");

    private static string Split(string expression) => new JsonObject
    {
        ["type"] = "Sequence",
        ["pretokenizers"] = new JsonArray(
            new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = expression }, ["behavior"] = "Isolated", ["invert"] = false },
            new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = false }),
    }.ToJsonString();
}
