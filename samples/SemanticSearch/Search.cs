using System.Globalization;
using System.Text.Json;
using Attention.Text;
using Spectre.Console;

namespace SemanticSearch;

/// <summary>What the command line asks for.</summary>
internal sealed record Request(string Question, string? Root, string? Model, string? Rerank, int Count, bool Interactive, bool Json, string? Evaluate);

/// <summary>The program behind its command line.</summary>
internal static class Search
{
    private const int RerankedOf = 50;

    public static async Task<int> RunAsync(Request request, IAnsiConsole console, CancellationToken cancellation)
    {
        if (request.Question.Length == 0 && !request.Interactive && request.Evaluate is null)
            throw new ArgumentException("expected a question, --interactive or --evaluate FILE.");
        string folder = await Weights.FindAsync(request.Model, cancellation);
        using MiniLm model = MiniLm.Load(folder, keepPacked: true);
        using TextEmbedder embedder = TextEmbedder.Of(model.CreateSession, folder);
        if (request.Evaluate is not null) return Evaluation.Run(request.Evaluate, embedder, console);

        string root = Path.GetFullPath(request.Root ?? Checkout() ?? Environment.CurrentDirectory);
        if (!Path.Exists(root)) throw new ArgumentException($"{root}: no such file or folder.");
        SearchIndex index = Build(root, folder, embedder, request.Json, cancellation);
        if (index.Count == 0) throw new InvalidOperationException($"{root}: expected .md or .txt files, found none.");
        using Reranker? reranker = request.Rerank is string path ? Reranker.Load(path) : null;
        using CrossEncoder? second = reranker is null ? null : CrossEncoder.Of(reranker.CreateSession, request.Rerank!);

        if (request.Question.Length > 0) Answer(request.Question);
        while (request.Interactive)
        {
            string question = console.Prompt(new TextPrompt<string>("[bold]?[/]").AllowEmpty());
            if (question.Length == 0) break;
            Answer(question);
        }
        return 0;

        void Answer(string question)
        {
            float[] query = embedder.Embed(question, TextKind.Query, cancellation);
            IReadOnlyList<Found> found = index.Nearest(query, second is null ? request.Count : Math.Max(request.Count, RerankedOf));
            if (second is not null)
                found = [.. second.Rank(question, [.. found.Select(passage => passage.Passage.Text)], request.Count, cancellation).Select(ranked => found[ranked.Index] with { Score = ranked.Score })];
            if (request.Json) Console.Out.WriteLine(JsonSerializer.Serialize(found.Select(passage => new { passage.Score, passage.Passage.File, passage.Passage.Line, passage.Passage.Heading, passage.Passage.Text }), Screen.Json));
            else Screen.Show(console, question, query, found, embedder);
        }
    }

    private static SearchIndex Build(string root, string folder, TextEmbedder embedder, bool isQuiet, CancellationToken cancellation)
    {
        string name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(root)).AsSpan(0, 8));
        string kept = Path.Combine(Weights.Kept, "indexes", name);
        var info = new FileInfo(Path.Combine(folder, "model.safetensors"));
        string model = string.Create(CultureInfo.InvariantCulture, $"all-MiniLM-L6-v2 {info.Length} {info.LastWriteTimeUtc.Ticks}");
        if (isQuiet || !AnsiConsole.Profile.Out.IsTerminal) return SearchIndex.Build(root, kept, model, embedder, null, cancellation);
        return AnsiConsole.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask? task = null;
            object gate = new();
            return SearchIndex.Build(root, kept, model, embedder, new Told(step =>
            {
                lock (gate)
                {
                    task ??= context.AddTask("reading passages", maxValue: step.All);
                    task.Value = Math.Max(task.Value, step.Done);
                }
            }), cancellation);
        });
    }

    /// <summary>The checkout above the program.</summary>
    public static string? Checkout()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "AttentionDsl.sln"))) return at.FullName;
        }
        return null;
    }

    private sealed class Told(Action<(int Done, int All)> report) : IProgress<(int Done, int All)>
    {
        public void Report((int Done, int All) value) => report(value);
    }
}
