using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Attention.Dsl;
using Pronounce;
using Spectre.Console;

const int Failed = 1;
const int SomeWordsFailed = 2;

var wordsArgument = new Argument<string[]>("words")
{
    Description = "English words. Without any, words are read from standard input, separated by white space.",
};
var evaluateOption = new Option<bool>("--evaluate")
{
    Description = "Pronounce the words that the model was not trained on, and print error rates and speed.",
};
var jsonOption = new Option<bool>("--json")
{
    Description = "Print JSON: an object a line for words, one object for --evaluate.",
};
var command = new RootCommand("""
    Spells out how English words are pronounced, with a small Transformer.
    A line of the answer is the word, a tab and its phonemes in the notation of the CMU pronouncing dictionary.

    The environment variable ATTENTION_ISA = avx512 | avx2 | portable says what to compute with; the best of the machine unless set.
    Exit codes: 0 success, 1 a wrong command line or weights that cannot be loaded, 2 a word that cannot be pronounced.
    """)
{
    wordsArgument,
    evaluateOption,
    jsonOption,
};
command.SetAction(Run);
return command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }).Invoke();

int Run(ParseResult parsed)
{
    string[] words = parsed.GetValue(wordsArgument)!;
    bool evaluate = parsed.GetValue(evaluateOption), json = parsed.GetValue(jsonOption);
    if (parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).FirstOrDefault(token => token is { Type: TokenType.Argument, Value: ['-', ..] }) is { } unknown)
        return Fail($"unknown option '{unknown.Value}'; see --help (a word that begins with a hyphen goes after '--')");
    if (evaluate && words.Length > 0)
        return Fail($"--evaluate takes no words, found '{words[0]}'");

    Speller speller;
    TestWord[] testWords;
    try
    {
        speller = Speller.Load(Path.Combine(AppContext.BaseDirectory, "pronounce.safetensors"));
        testWords = evaluate ? TestWord.Read(Path.Combine(AppContext.BaseDirectory, "test.tsv")) : [];
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or WeightsException or PlatformNotSupportedException or InvalidOperationException)
    {
        return Fail(e.Message);
    }

    using (speller)
        return evaluate ? Evaluate(speller, testWords, json) : Answer(speller, words.Length > 0 ? words : ReadWords(), json);
}

static int Answer(Speller speller, IEnumerable<string> words, bool json)
{
    int code = 0;
    foreach (string word in words)
    {
        if (speller.TryPronounce(word, out string[] phonemes, out string? problem))
            Console.WriteLine(json ? JsonSerializer.Serialize(new SpokenWord(word, phonemes), Json.Lines.SpokenWord) : $"{word}\t{string.Join(' ', phonemes)}");
        else
            code = Fail(problem, SomeWordsFailed);
    }

    return code;
}

static IEnumerable<string> ReadWords()
{
    if (!Console.IsInputRedirected)
        Console.Error.WriteLine("Type words, as many a line as you like; Ctrl+D (on Windows Ctrl+Z) ends.");
    while (Console.In.ReadLine() is { } line)
    {
        foreach (string word in line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            yield return word;
    }
}

static int Evaluate(Speller speller, TestWord[] words, bool json)
{
    Evaluation evaluation = default;
    if (json || Console.IsErrorRedirected)
    {
        evaluation = Evaluation.Run(speller, words, () => { });
    }
    else
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Progress().AutoClear(true).Start(progress =>
        {
            ProgressTask bar = progress.AddTask("words", maxValue: words.Length);
            evaluation = Evaluation.Run(speller, words, () => bar.Increment(1));
        });
    }

    (Score score, double wordsPerSecond) = evaluation;
    string isa = speller.InstructionSet.ToString().ToLowerInvariant();
    if (json)
    {
        var report = new Report(score.Words, score.Wrong, score.WrongWithoutStress, score.PhonemeErrors, score.Phonemes, Math.Round(wordsPerSecond, 1), isa);
        Console.WriteLine(JsonSerializer.Serialize(report, Json.Lines.Report));
        return 0;
    }

    Print("word error rate", score.Wrong, score.Words, "words");
    Print("  without stress", score.WrongWithoutStress, score.Words, "words");
    Print("phoneme error rate", score.PhonemeErrors, score.Phonemes, "phonemes");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"speed",-20}{wordsPerSecond,6:F0} words per second, {isa}"));
    return 0;
}

static void Print(string name, int errors, int count, string unit) => Console.WriteLine(
    string.Create(CultureInfo.InvariantCulture, $"{name,-20}{100.0 * errors / count,6:F2} %  ({errors} of {count} {unit})"));

static int Fail(string problem, int code = Failed)
{
    Console.Error.WriteLine("pronounce: " + problem);
    return code;
}
