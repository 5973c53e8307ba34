// bench/run tokenizers [--lines N] [--speed] [--filter NAME]: ids of our tokenizers beside Hugging Face's on real text and on hostile text,
// then how fast each is beside its peers, in turns. --speed leaves the comparison out.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Attention.Text.Tests;
using Attention.TokenizerBench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string? Option(string name) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : null;
int wanted = int.Parse(Option("--lines") ?? "100000", CultureInfo.InvariantCulture);
string filter = Option("--filter") ?? "";

SortedDictionary<string, List<string>> byLanguage = RealText.ByLanguage();
List<string> real = Corpus.Mixed(byLanguage, wanted / 2);
Console.WriteLine($"real text: {real.Count} lines of {byLanguage.Count} languages; hostile text: {wanted - real.Count} lines\n");
Console.WriteLine($"{"kind",-12}{"lines",10}{"differing",12}");

var kinds = Corpus.Kinds().Where(kind => kind.Name.Contains(filter, StringComparison.Ordinal)).ToList();
bool same = true;
foreach (Kind kind in kinds)
{
    if (args.Contains("--speed")) break;
    using var oracle = new Oracle(kind.Json);
    Attention.Text.Tokenizer tokenizer = kind.Tokenizer();
    int compared = 0, different = 0;
    foreach (string line in real.Concat(HostileText.Lines(wanted - real.Count, 2026, kind.Special)))
    {
        compared++;
        if (!oracle.Encode(line).AsSpan().SequenceEqual(tokenizer.EncodeToIds(line))) different++;
    }
    Console.WriteLine($"{kind.Name,-12}{compared,10}{different,12}");
    same &= different == 0;
}

List<string> english = Corpus.Sample(byLanguage["en"], 20_000), mixed = Corpus.Mixed(byLanguage, 20_000), hostile = [.. HostileText.Lines(5000, 7)];
Console.WriteLine($"\nMB of UTF-8 a second, one thread, in turns, the best of {Speed.Rounds}\n");
foreach (Kind kind in kinds.Where(kind => kind.Peers is not null))
{
    using var oracle = new Oracle(kind.Json);
    Peer[] peers = [Peers.Ours(kind.Tokenizer()), Peers.Reference(oracle), .. kind.Peers!()];
    Console.WriteLine($"{kind.Name,-12}{string.Concat(peers.Select(peer => $"{peer.Name,20}"))}");
    foreach ((string name, List<string> lines) in new[] { ("English", english), ("languages", mixed), ("hostile", hostile) })
        Console.WriteLine($"  {name,-10}{string.Concat(Speed.InTurns(peers, lines).Select(speed => $"{speed,20:F1}"))}");
}
return same ? 0 : 1;

namespace Attention.TokenizerBench
{
    /// <summary>A tokenizer.json with the special tokens that hostile text has, and what it is measured beside.</summary>
    internal sealed record Kind(string Name, string Json, string[] Special, Func<IEnumerable<Peer>>? Peers = null)
    {
        public Text.Tokenizer Tokenizer() => Text.Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(Json)));
    }

    internal static class Speed
    {
        public const int Rounds = 9;

        public static double[] InTurns(Peer[] peers, List<string> lines)
        {
            double bytes = lines.Sum(line => (double)Encoding.UTF8.GetByteCount(line));
            double[] best = [.. peers.Select(_ => double.MaxValue)];
            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < peers.Length; i++)
                {
                    long start = Stopwatch.GetTimestamp();
                    foreach (string line in lines) peers[i].Encode(line);
                    best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }
            return [.. best.Select(seconds => bytes / seconds / 1e6)];
        }
    }

    internal static class Corpus
    {
        public static IEnumerable<Kind> Kinds()
        {
            string[] vocabulary = Vocabularies.MiniLm(), bert = ["[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "[cls]"], gpt = ["<|endoftext|>", "<mask>", "<s>", "</s>", "<|begin_of_text|>"];
            yield return new("bert", Vocabularies.BertJson(vocabulary, maxLength: null), bert, () => Peers.Bert(vocabulary));
            yield return new("bert-cased", Vocabularies.BertJson(vocabulary, """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":false}""", maxLength: null), bert);
            yield return new("gpt2", ByteLevelKinds.Gpt2, gpt, () => [Peers.Tiktoken("gpt2")]);
            yield return new("roberta", ByteLevelKinds.Roberta, gpt);
            yield return new("llama3", ByteLevelKinds.Llama3, gpt, () => [Peers.Tiktoken("gpt-4")]);
            yield return new("qwen2", ByteLevelKinds.Qwen2, gpt);
            string[] pieces = ["<s>", "</s>", "<mask>", "<unk>", "<0x41>", "\u2581"];
            foreach (string name in (string[])["t5", "xlm-r", "albert", "bytes"]) yield return new(name, UnigramKinds.Json(name), pieces, () => []);
            yield return new("llama", LlamaKinds.Json("legacy"), pieces, () => []);
        }

        /// <summary>So many lines, spread over all.</summary>
        public static List<string> Sample(List<string> lines, int count) =>
            [.. Enumerable.Range(0, Math.Min(count, lines.Count)).Select(i => lines[(int)((long)i * lines.Count / Math.Min(count, lines.Count))])];

        /// <summary>So many lines, of each language alike where it has them.</summary>
        public static List<string> Mixed(SortedDictionary<string, List<string>> byLanguage, int count)
        {
            var mixed = new List<string>();
            int left = byLanguage.Count;
            foreach (List<string> lines in byLanguage.Values.OrderBy(lines => lines.Count)) mixed.AddRange(Sample(lines, (count - mixed.Count) / left--));
            return mixed;
        }
    }
}
