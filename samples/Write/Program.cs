// Goes on with a text, by a language model: a storyteller of 260,032 parameters, or one of a folder.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Attention.Dsl;
using Attention.Text;
using Attention.Tool;
using Write;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Argument<string[]> prompt = new("prompt") { Description = "What the text begins with; a story of the model's own unless given.", Arity = ArgumentArity.ZeroOrMore };
Option<string?> model = new("--model") { Description = "A folder with another language model, its config.json and tokenizer, or a repository to fetch." };
Option<bool> greedy = new("--greedy") { Description = "Always the likeliest token: the same text each time." };
Option<double?> temperature = Number<double?>("--temperature", "Above 1 texts are bolder, below more sober.", value => value is null or (> 0 and < double.PositiveInfinity), "a positive number");
Option<int?> topK = Number<int?>("--top-k", "Draws of so many of the likeliest tokens; 0 for all.", value => value is null or >= 0, "at least 0");
Option<double?> topP = Number<double?>("--top-p", "Draws of the fewest likeliest tokens whose probabilities sum up to it.", value => value is null or (> 0 and <= 1), "above 0 and at most 1");
Option<double?> minP = Number<double?>("--min-p", "Draws of tokens at least so likely as this share of the likeliest's probability.", value => value is null or (>= 0 and <= 1), "from 0 to 1");
Option<ulong?> seed = new("--seed") { Description = "What is drawn depends on: the same text for the same seed; another one each time unless given." };
Option<int> length = Number("--length", "The most tokens to write.", value => value >= 1, "at least 1", 256);
Option<int> threads = Number("--threads", "How many threads compute.", value => value >= 1, "at least 1", 1);
Option<FileInfo> prompts = new Option<FileInfo>("--prompts") { Description = "A file with a prompt a line, which are all gone on with at once." }.AcceptExistingOnly();
Option<bool> json = new("--json") { Description = "Writes one line of JSON, with what was counted." };
RootCommand command = new("""
    Goes on with a text, as a language model would.

    A model says itself how it draws tokens, in generation_config.json, where no option does. The environment variable ATTENTION_ISA = avx512 | avx2 | portable says what to compute with.
    Exit codes: 0 success, 1 a wrong command line or a model that cannot be run.
    """) { prompt, prompts, model, greedy, temperature, topK, topP, minP, seed, length, threads, json };
command.Validators.Add(result =>
{
    Option[] drawn = [temperature, topK, topP, minP, seed];
    if (result.GetValue(greedy) && drawn.FirstOrDefault(option => result.GetResult(option) is not null) is Option other)
        result.AddError($"--greedy draws nothing; expected no {other.Name} beside it.");
});
command.Validators.Add(result =>
{
    if (result.GetResult(prompts) is not null && result.GetValue(prompt) is { Length: > 0 }) result.AddError("--prompts has what texts begin with; expected no prompt beside it.");
});
command.SetAction(RunAsync);
return await command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }).InvokeAsync();

async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
{
    try
    {
        if (!Console.IsOutputRedirected) Console.OutputEncoding = Encoding.UTF8;
        string begin = string.Join(' ', parsed.GetValue(prompt)!);
        bool isGreedy = parsed.GetValue(greedy), isJson = parsed.GetValue(json);
        var settings = new GenerationSettings
        {
            Sample = isGreedy ? false : parsed.GetValue(seed) is not null ? true : null, Seed = parsed.GetValue(seed) ?? (ulong)Random.Shared.NextInt64(), MaximumLength = parsed.GetValue(length),
            Temperature = parsed.GetValue(temperature), TopK = parsed.GetValue(topK) is 0 ? int.MaxValue : parsed.GetValue(topK), TopP = parsed.GetValue(topP), MinP = parsed.GetValue(minP),
        };
        string isa = InstructionSets.Choose().ToString().ToLowerInvariant();
        using Writer writer = await Writer.OpenAsync(parsed.GetValue(model), parsed.GetValue(threads), cancellation);
        if (parsed.GetValue(prompts) is FileInfo file)
        {
            WriteAll(writer, File.ReadAllLines(file.FullName), settings, isJson, isa, cancellation);
            return 0;
        }

        var text = new StringBuilder();
        if (!isJson) Console.Out.Write(begin);
        foreach (string piece in writer.Write(begin, settings, cancellation))
        {
            text.Append(piece);
            if (!isJson) Console.Out.Write(piece);
        }

        Meter meter = writer.Meter;
        if (isJson) WriteJson(new { prompt = begin, text = text.ToString(), seed = isGreedy ? (ulong?)null : settings.Seed, promptTokens = meter.PromptTokens, tokens = meter.Steps + 1, tokensPerSecond = Math.Round(meter.StepsPerSecond, 1), isa });
        else
        {
            Console.Out.WriteLine();
            Console.Error.WriteLine($"{meter.Steps + 1} tokens, {meter.StepsPerSecond:F0} a second, {isa}");
        }
        return 0;
    }
    catch (OperationCanceledException)
    {
        Console.Out.WriteLine();
        return 1;
    }
    catch (Exception e) when (e is ToolException or IOException or UnauthorizedAccessException or InvalidDataException or WeightsException or PlatformNotSupportedException or InvalidOperationException or ArgumentException)
    {
        Console.Error.WriteLine($"write: {e.Message}");
        return 1;
    }
}

// Texts in their order, each as it would be alone with a seed of its own; a line each.
static void WriteAll(Writer writer, string[] prompts, GenerationSettings settings, bool isJson, string isa, CancellationToken cancellation)
{
    var texts = Array.ConvertAll(prompts, _ => new StringBuilder());
    GenerationSettings Of(int prompt) => settings with { Seed = settings.Seed + (ulong)prompt };
    long start = Stopwatch.GetTimestamp();
    foreach ((int prompt, string piece) in writer.Write(prompts, Of, cancellation)) texts[prompt].Append(piece);
    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    for (int i = 0; i < prompts.Length; i++)
    {
        if (isJson) WriteJson(new { prompt = prompts[i], text = texts[i].ToString(), seed = settings.Sample == false ? (ulong?)null : Of(i).Seed, isa });
        else Console.Out.WriteLine(prompts[i] + texts[i]);
    }

    if (!isJson) Console.Error.WriteLine($"{prompts.Length} texts in {seconds:F2} s, {isa}");
}

static void WriteJson<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

static Option<T> Number<T>(string name, string description, Func<T?, bool> isValid, string expected, T? otherwise = default)
{
    Option<T> option = new(name) { Description = description };
    if (otherwise is not null) option.DefaultValueFactory = _ => otherwise;
    option.Validators.Add(result =>
    {
        if (result.Errors.Any()) return;
        T? value = result.GetValueOrDefault<T>();
        if (!isValid(value)) result.AddError($"{name} is {value}; expected {expected}.");
    });
    return option;
}
