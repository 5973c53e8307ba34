using System.Text;
using System.Text.Json;
using EmbeddingService.Completions;

namespace EmbeddingService.Http;

/// <summary>What is answered to one request for completions, whole or piece by piece.</summary>
internal sealed class CompletionAnswer(int texts, int promptTokens)
{
    private readonly string _id = $"cmpl-{Guid.NewGuid():N}";
    private readonly long _created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    private readonly StringBuilder[] _texts = [.. Enumerable.Range(0, texts).Select(_ => new StringBuilder())];
    private readonly Piece[] _last = new Piece[texts];

    public void Take(Piece piece)
    {
        _texts[piece.Text].Append(piece.Said);
        if (piece.IsLast) _last[piece.Text] = piece;
    }

    public void WriteWhole(Utf8JsonWriter json) => Write(json, () =>
    {
        for (int i = 0; i < texts; i++) WriteChoice(json, i, _texts[i].ToString(), _last[i]);
    }, tellsUsage: true);

    public void WritePiece(Utf8JsonWriter json, Piece piece) => Write(json, () => WriteChoice(json, piece.Text, piece.Said, piece), tellsUsage: false);

    public void WriteUsage(Utf8JsonWriter json) => Write(json, () => { }, tellsUsage: true);

    private void Write(Utf8JsonWriter json, Action choices, bool tellsUsage)
    {
        json.WriteStartObject();
        json.WriteString("id", _id);
        json.WriteString("object", "text_completion");
        json.WriteNumber("created", _created);
        json.WriteString("model", Writers.Model);
        json.WriteStartArray("choices");
        choices();
        json.WriteEndArray();
        if (tellsUsage)
        {
            int tokens = _last.Sum(last => last.Tokens);
            json.WriteStartObject("usage");
            json.WriteNumber("prompt_tokens", promptTokens);
            json.WriteNumber("completion_tokens", tokens);
            json.WriteNumber("total_tokens", promptTokens + tokens);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteChoice(Utf8JsonWriter json, int index, string text, Piece piece)
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteNumber("index", index);
        json.WriteNull("logprobs");
        if (piece.IsLast) json.WriteString("finish_reason", piece.IsCut ? "length" : "stop");
        else json.WriteNull("finish_reason");
        json.WriteEndObject();
    }
}
